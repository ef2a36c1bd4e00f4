using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Kafka.Clients;
using StreamEnricher.Kafka.Interop;

namespace StreamEnricher.Kafka;

/// <summary>A Kafka broker inside this process: librdkafka's mock cluster, reached by the real protocol over TCP on the loopback interface.</summary>
/// <remarks>
/// For the demo and for tests. It knows idempotent and transactional producers, classic consumer groups and offset commits, but it keeps only about 5 MB of
/// each partition, loses all when disposed, answers no CreateTopics request, and makes a topic on its first use with <see cref="PartitionsPerTopic"/> partitions.
/// </remarks>
public sealed class EmbeddedBroker : IAsyncDisposable
{
    /// <summary>Partitions of a topic that its first use made: the mock cluster's fixed default.</summary>
    public const int PartitionsPerTopic = 4;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly IAdminClient _host;

    private EmbeddedBroker(IAdminClient host, string bootstrapServers)
    {
        _host = host;
        BootstrapServers = bootstrapServers;
    }

    /// <summary>host:port of the broker.</summary>
    public string BootstrapServers { get; }

    /// <summary>How clients reach it, with short sessions: a rebalance of the mock cluster takes the session time-out less one second.</summary>
    public KafkaConnection Connection => new()
    {
        BootstrapServers = BootstrapServers,
        Properties = new Dictionary<string, string> { ["session.timeout.ms"] = "1500", ["heartbeat.interval.ms"] = "200" },
    };

    /// <summary>Starts a broker on a free port.</summary>
    /// <exception cref="KafkaException">It did not come up within 10 seconds.</exception>
    public static EmbeddedBroker Start(ILogger? logger = null)
    {
        var host = new AdminClientBuilder(new Dictionary<string, string> { ["test.mock.num.brokers"] = "1" })
            .SetLogHandler((_, message) => ClientLog.Write(logger ?? NullLogger.Instance, message))
            .Build();
        try
        {
            var broker = host.GetMetadata(Timeout).Brokers[0];
            MockCluster.TryJoinGroupsAtOnce(host.Handle);
            return new EmbeddedBroker(host, $"{broker.Host}:{broker.Port}");
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Makes topics that do not exist yet (any producer's first use would, too).</summary>
    public void CreateTopics(params ReadOnlySpan<string> topics)
    {
        foreach (var topic in topics)
        {
            _host.GetMetadata(topic, Timeout);
        }
    }

    /// <summary>Makes a topic with so many partitions.</summary>
    /// <exception cref="KafkaSetupException">It exists, or librdkafka's mock functions cannot be reached.</exception>
    public void CreateTopic(string topic, int partitions) => MockCluster.CreateTopic(_host.Handle, topic, partitions);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _host.Dispose();
        return ValueTask.CompletedTask;
    }
}
