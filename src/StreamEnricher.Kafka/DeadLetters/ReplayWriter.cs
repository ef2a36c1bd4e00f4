using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Kafka.Clients;

namespace StreamEnricher.Kafka.DeadLetters;

/// <summary>Writes dead letters to the topics that they came from, with the header that lets them count as what they were (<see cref="ReplayOrigin"/>).</summary>
public sealed class ReplayWriter : IDisposable
{
    private readonly IProducer<byte[], byte[]> _producer;

    /// <param name="connection">The cluster.</param>
    /// <param name="logger">The client's log.</param>
    /// <exception cref="KafkaSetupException">The client refuses its settings.</exception>
    public ReplayWriter(KafkaConnection connection, ILogger logger)
    {
        var defaults = new Dictionary<string, string> { ["linger.ms"] = "5", ["message.max.bytes"] = "134217728", ["compression.type"] = "lz4" };
        var required = new Dictionary<string, string> { ["enable.idempotence"] = "true", ["acks"] = "all" };
        _producer = ClientProperties.Build(() => new ProducerBuilder<byte[], byte[]>(ClientProperties.Merge(connection, defaults, required))
            .SetLogHandler((_, message) => ClientLog.Write(logger, message))
            .Build());
    }

    /// <summary>Writes one; ends when all replicas have it.</summary>
    /// <param name="letter">The dead letter.</param>
    /// <param name="sink">The only sink that gets it; null: all.</param>
    /// <param name="cancellation">Stops waiting: it may or may not be written then.</param>
    /// <exception cref="IOException">Kafka refuses it.</exception>
    public async Task WriteAsync(StoredDeadLetter letter, string? sink, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(letter);
        var headers = new Headers();
        foreach (var (name, value) in letter.Headers)
        {
            headers.Add(name, value);
        }

        headers.Add(ReplayOrigin.HeaderName, new ReplayOrigin(letter.Topic, letter.Partition, letter.Offset, letter.Timestamp, sink).ToHeader());
        try
        {
            await _producer.ProduceAsync(letter.Topic, new Message<byte[], byte[]> { Key = letter.Key!, Value = letter.Value!, Headers = headers }, cancellation).ConfigureAwait(false);
        }
        catch (KafkaException error)
        {
            throw new IOException($"topic {letter.Topic} did not take the record: {error.Error.Reason}", error);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _producer.Dispose();
}
