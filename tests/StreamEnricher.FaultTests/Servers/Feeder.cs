using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamEnricher.FaultTests.Servers;

/// <summary>Produces events and notes the id that each must have in every sink: the hash of topic, partition, offset and value that docs describe.</summary>
internal sealed class Feeder(string brokers, string topic) : IDisposable
{
    private const int Partitions = 4;
    private const string Event =
        """{"timestamp":"2026-03-01T00:00:00Z","source":"198.51.100.7","destination":"10.0.0.1","event_type":"threat","severity":"high","description":"Port scan","related_indicators":[],"technique_ids":["T1046"],"confidence_score":0.8,"n":#}""";

    private readonly IProducer<Null, byte[]> _producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig
    {
        BootstrapServers = brokers,
        EnableIdempotence = true,
        LingerMs = 5,
        Partitioner = Partitioner.Random,
        MessageTimeoutMs = 300_000,
    }).SetLogHandler(static (_, _) => { }).Build();
    private readonly HashSet<UInt128> _ids = [];
    private readonly Lock _gate = new();
    private string? _failure;
    private int _number;

    /// <summary>Records that are stored.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _ids.Count;
            }
        }
    }

    /// <summary>Their ids.</summary>
    public IReadOnlySet<UInt128> Ids
    {
        get
        {
            lock (_gate)
            {
                return new HashSet<UInt128>(_ids);
            }
        }
    }

    /// <summary>Makes the topic, and one for outputs.</summary>
    public async Task CreateAsync(string output)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = brokers }).SetLogHandler(static (_, _) => { }).Build();
        await admin.CreateTopicsAsync(
            [new TopicSpecification { Name = topic, NumPartitions = Partitions, Configs = new() { ["retention.ms"] = "-1" } }, new TopicSpecification { Name = output, NumPartitions = Partitions }]);
    }

    /// <summary>Produces so many events evenly over a time, and waits until they are stored.</summary>
    public async Task FeedAsync(int events, TimeSpan over, CancellationToken stop = default)
    {
        const int slices = 50;
        var size = Math.Max(1, events / Math.Max(1, (int)(over.TotalMilliseconds / slices)));
        for (var left = events; left > 0 && !stop.IsCancellationRequested; left -= size)
        {
            for (var i = 0; i < Math.Min(size, left); i++)
            {
                Produce();
            }

            await Task.Delay(over > TimeSpan.Zero ? TimeSpan.FromMilliseconds(slices) : TimeSpan.Zero, CancellationToken.None);
        }

        await Task.Run(() => _producer.Flush(TimeSpan.FromMinutes(5)), CancellationToken.None);
        if (_failure is not null)
        {
            throw new InvalidOperationException($"events could not be produced: {_failure}");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _producer.Dispose();

    private void Produce()
    {
        var value = Encoding.UTF8.GetBytes(Event.Replace("#", _number++.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        while (true)
        {
            try
            {
                _producer.Produce(topic, new Message<Null, byte[]> { Value = value }, Stored);
                return;
            }
            catch (ProduceException<Null, byte[]> error) when (error.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Poll(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    private void Stored(DeliveryReport<Null, byte[]> report)
    {
        if (report.Error.IsError)
        {
            _failure = report.Error.Reason;
            return;
        }

        var name = Encoding.UTF8.GetBytes(report.Topic);
        var identity = new byte[name.Length + 1 + sizeof(int) + sizeof(long) + report.Message.Value.Length];
        name.CopyTo(identity, 0);
        BinaryPrimitives.WriteInt32BigEndian(identity.AsSpan(name.Length + 1), report.Partition.Value);
        BinaryPrimitives.WriteInt64BigEndian(identity.AsSpan(name.Length + 1 + sizeof(int)), report.Offset.Value);
        report.Message.Value.CopyTo(identity, name.Length + 1 + sizeof(int) + sizeof(long));
        var id = XxHash128.HashToUInt128(identity);
        lock (_gate)
        {
            _ids.Add(id);
        }
    }
}
