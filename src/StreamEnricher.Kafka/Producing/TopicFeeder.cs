using Confluent.Kafka;

namespace StreamEnricher.Kafka.Producing;

/// <summary>Writes values to topics, spread over their partitions: what the demo and tests feed the pipeline with.</summary>
public sealed class TopicFeeder : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IProducer<Null, byte[]> _producer;
    private string? _failure;

    /// <param name="connection">The broker.</param>
    public TopicFeeder(KafkaConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = connection.BootstrapServers, LingerMs = 5, Partitioner = Partitioner.Random })
            .SetLogHandler((_, _) => { })
            .Build();
    }

    /// <summary>Writes one value; it is on its way when the call returns.</summary>
    /// <param name="topic">Topic.</param>
    /// <param name="value">Value.</param>
    /// <param name="timestamp">The record's time; null for now.</param>
    public void Write(string topic, byte[] value, DateTimeOffset? timestamp = null)
    {
        var message = new Message<Null, byte[]> { Value = value, Timestamp = timestamp is { } at ? new Timestamp(at) : Timestamp.Default };
        while (true)
        {
            try
            {
                _producer.Produce(topic, message, report => _failure ??= report.Error.IsError ? report.Error.Reason : null);
                return;
            }
            catch (ProduceException<Null, byte[]> error) when (error.Error.Code == ErrorCode.Local_QueueFull)
            {
                _producer.Poll(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    /// <summary>Waits until everything is written.</summary>
    /// <exception cref="IOException">Something could not be written.</exception>
    public void Flush()
    {
        var left = _producer.Flush(Patience);
        if (left > 0 || _failure is not null)
        {
            throw new IOException(_failure ?? $"{left} events could not be written within {Patience.TotalSeconds} s.");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _producer.Dispose();
}
