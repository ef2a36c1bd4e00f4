using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamEnricher.Kafka;
using Testcontainers.Kafka;

namespace StreamEnricher.IntegrationTests.Kafka;

/// <summary>A real broker: the one that KAFKA_BOOTSTRAP_SERVERS names, else a container, else the reason why there is none.</summary>
public sealed class KafkaServer : IAsyncLifetime
{
    private KafkaContainer? _container;
    private string? _bootstrapServers;
    private string _problem = "It was not started.";

    /// <summary>host:port. Skips the calling test, with the reason, when there is no broker.</summary>
    public string BootstrapServers
    {
        get
        {
            Assert.SkipWhen(_bootstrapServers is null, _problem);
            return _bootstrapServers!;
        }
    }

    /// <summary>How clients reach it.</summary>
    public KafkaConnection Connection => new() { BootstrapServers = BootstrapServers };

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        _bootstrapServers = Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP_SERVERS");
        if (!string.IsNullOrEmpty(_bootstrapServers))
        {
            return;
        }

        _bootstrapServers = null;
        try
        {
            _container = new KafkaBuilder("apache/kafka:4.1.0").Build();
            await _container.StartAsync();
            _bootstrapServers = _container.GetBootstrapAddress();
        }
        catch (Exception error)
        {
            _problem = "No Kafka to test with: set KAFKA_BOOTSTRAP_SERVERS, or start a Docker engine (" + error.Message.Split('\n')[0].Trim() + ")";
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _container?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Makes a topic with a name that no other test has.</summary>
    public async Task<string> CreateTopicAsync(int partitions = 1, params IEnumerable<(string Name, string Value)> config)
    {
        var topic = "it-" + Guid.NewGuid().ToString("N");
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification
        {
            Name = topic, NumPartitions = partitions, ReplicationFactor = 1, Configs = config.ToDictionary(static setting => setting.Name, static setting => setting.Value),
        }]);
        return topic;
    }
}
