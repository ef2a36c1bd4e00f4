using System.Globalization;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Kafka.Clients;

namespace StreamEnricher.Kafka.Producing;

/// <summary>
/// Writes refused records to a Kafka topic: key, value and headers as they were, and behind them the headers event_id and dead_letter.reason, .detail, .sink,
/// .topic, .partition, .offset, .attempts, .time (RFC 3339) and .timestamp (of the record, in milliseconds). A header that was there before under such a name stays; the last one counts.
/// </summary>
/// <remarks>
/// It returns when all replicas have the records, and tries for ever until then. A record that the topic refuses for its size is neither dropped nor passed
/// over: that would lose it. It is logged as critical, counted in the retries of sink <c>dead_letters</c>, and sent again until the topic's
/// max.message.bytes is raised; the offsets behind it are not committed meanwhile.
/// </remarks>
public sealed class KafkaDeadLetterStore : IDeadLetterStore
{
    private const string RetryName = "dead_letters";
    private readonly PipelineMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _maxBackoff;
    private readonly RecordWriter _writer;

    /// <exception cref="KafkaSetupException">The client refuses its settings.</exception>
    public KafkaDeadLetterStore(
        KafkaDeadLetterOptions options, MemoryBudget memory, PipelineMetrics metrics, TimeProvider time, ILogger<KafkaDeadLetterStore> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _maxBackoff = options.Producer.MaxBackoff;
        _writer = new RecordWriter(options.Connection, options.Producer, options.Topic, options.Topic, memory, time, logger) { Retried = CountRetry };
    }

    /// <inheritdoc />
    public SinkHealth Health => _writer.Health;

    /// <inheritdoc />
    public async ValueTask WriteAsync(string sink, EventBatch source, IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(rejected);
        var now = _time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var pending = rejected;
        var backoff = new Backoff(_time, TimeSpan.FromSeconds(1), _maxBackoff);
        while (true)
        {
            var sent = pending;
            var refused = await _writer.WriteAsync(sent.Count, index => Message(sink, source, sent[index], now), cancellation);
            if (refused.Count == 0)
            {
                break;
            }

            pending = [.. refused.Select(failure => sent[failure.Index])];
            Hold(source, sent, refused);
            await backoff.WaitAsync(cancellation);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static Message<byte[], byte[]> Message(string sink, EventBatch source, RejectedRecord rejected, string now)
    {
        var record = source.Records[rejected.Record];
        var position = source.Position(rejected.Record);
        var headers = new Headers();
        foreach (var (name, value) in RecordHeaders.Read(source.Headers(rejected.Record)))
        {
            headers.Add(name, value);
        }

        headers.Add(EventIdHeader.Name, EventIdHeader.Value(record.EventId));
        Add("reason", rejected.Reason);
        Add("detail", rejected.Detail);
        Add("sink", sink);
        headers.Add("dead_letter.topic", position.Topic.ToArray());
        Add("partition", position.Partition.ToString(CultureInfo.InvariantCulture));
        Add("offset", position.Offset.ToString(CultureInfo.InvariantCulture));
        Add("attempts", rejected.Attempts.ToString(CultureInfo.InvariantCulture));
        Add("timestamp", record.Timestamp.ToString(CultureInfo.InvariantCulture));
        Add("time", now);
        return new Message<byte[], byte[]>
        {
            Key = record.KeyLength < 0 ? null! : source.Key(rejected.Record).ToArray(),
            Value = record.ValueLength < 0 ? null! : source.Value(rejected.Record).ToArray(),
            Headers = headers,
        };

        void Add(string name, string text) => headers.Add("dead_letter." + name, Encoding.UTF8.GetBytes(text));
    }

    private void Hold(EventBatch source, IReadOnlyList<RejectedRecord> sent, List<ProduceFailure> refused)
    {
        var first = refused[0];
        var record = sent[first.Index].Record;
        var position = string.Create(CultureInfo.InvariantCulture, $"{source.Lease(record)}@{source.Records[record].Offset}");
        _writer.Health.Hold($"The dead letter topic {_writer.Topic} refuses {position}: {first.Error.Reason}");
        Log.DeadLetterRefused(_logger, _writer.Topic, position, first.Error.Reason);
        CountRetry("too_large", refused.Count);
    }

    private void CountRetry(string reason, long count) => _metrics.SinkRetries.Add(count, new("sink", RetryName), new("reason", reason));
}
