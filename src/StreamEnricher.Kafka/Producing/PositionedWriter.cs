using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Memory;
using StreamEnricher.Kafka.Clients;

namespace StreamEnricher.Kafka.Producing;

/// <summary>Writes records to one topic (acks=all, idempotent) and tells where each is stored. Thread-safe.</summary>
/// <remarks>
/// It tries each record once, within <see cref="Patience"/>: who waits for the answer decides whether to write it again. A record that failed by time-out may be
/// stored all the same.
/// </remarks>
public sealed class PositionedWriter : IDisposable
{
    /// <summary>Bytes that its queue takes from the memory budget for good.</summary>
    public const int QueueBytes = 4 << 20;

    /// <summary>How long Kafka may take to store a record.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Func<IProducer<Null, byte[]>> _build;
    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private IProducer<Null, byte[]> _producer;

    /// <param name="connection">The cluster.</param>
    /// <param name="topic">Where to.</param>
    /// <param name="memory">The client's queue is taken from it.</param>
    /// <param name="logger">Changes of state.</param>
    /// <exception cref="KafkaSetupException">The client refuses its settings.</exception>
    public PositionedWriter(KafkaConnection connection, string topic, MemoryBudget memory, ILogger<PositionedWriter> logger)
    {
        ArgumentNullException.ThrowIfNull(memory);
        (Topic, _logger) = (topic, logger);
        var settings = new ProducerSettings { QueueBytes = QueueBytes, Linger = TimeSpan.Zero };
        var defaults = settings.Defaults();
        defaults["message.timeout.ms"] = Patience.TotalMilliseconds.ToString("0", System.Globalization.CultureInfo.InvariantCulture);
        var required = new Dictionary<string, string>(ProducerSettings.Required) { ["dotnet.producer.delivery.report.fields"] = "timestamp" };
        var properties = ClientProperties.Merge(connection, defaults, required);
        _build = () => ClientProperties.Build(() => new ProducerBuilder<Null, byte[]>(properties)
            .SetLogHandler((_, message) => ClientLog.Write(logger, message))
            .Build());
        _producer = _build();
        memory.ReserveForever(QueueBytes);
    }

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>Writes records; the result has one entry a value, in their order.</summary>
    /// <param name="values">Values; the arrays must not change until the call has ended.</param>
    /// <param name="cancellation">Stops waiting: records may or may not be stored then.</param>
    public async Task<IReadOnlyList<WrittenRecord>> WriteAsync(IReadOnlyList<byte[]> values, CancellationToken cancellation)
    {
        var producer = Volatile.Read(ref _producer);
        return await Task.WhenAll(values.Select(value => WriteAsync(producer, value, cancellation)));
    }

    /// <inheritdoc />
    public void Dispose() => _producer.Dispose();

    private async Task<WrittenRecord> WriteAsync(IProducer<Null, byte[]> producer, byte[] value, CancellationToken cancellation)
    {
        try
        {
            var stored = await producer.ProduceAsync(Topic, new Message<Null, byte[]> { Value = value }, cancellation);
            return new WrittenRecord(stored.Partition.Value, stored.Offset.Value, stored.Timestamp.UnixTimestampMs);
        }
        catch (ProduceException<Null, byte[]> refusal)
        {
            if (refusal.Error.IsFatal)
            {
                Replace(producer, refusal.Error);
            }

            var tooLarge = refusal.Error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidMsgSize;
            return new WrittenRecord(0, 0, 0, new WriteFailure(refusal.Error.Reason, tooLarge));
        }
        catch (ObjectDisposedException)
        {
            return new WrittenRecord(0, 0, 0, new WriteFailure("the Kafka client was renewed meanwhile", TooLarge: false));
        }
    }

    /// <summary>An idempotent producer that met a fatal error takes no more records: go on with a new one.</summary>
    private void Replace(IProducer<Null, byte[]> failed, Error error)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_producer, failed))
            {
                Log.ProducerReplaced(_logger, Topic, error.Reason);
                _producer = _build();
                failed.Dispose();
            }
        }
    }
}
