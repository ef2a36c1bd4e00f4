using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;

namespace StreamEnricher.Kafka.Producing;

/// <summary>Writes each item as one record: its value, its key if it has one, and the header event_id unless the item is shared by many events.</summary>
/// <remarks>Confluent.Kafka takes only whole arrays, so key and value are copied out of the batch; librdkafka copies them again into its own queue.</remarks>
public sealed class KafkaEventSink : IEventSink
{
    private readonly KafkaSinkOptions _options;
    private readonly PipelineMetrics _metrics;
    private readonly RecordWriter _writer;

    /// <exception cref="KafkaSetupException">The client refuses its settings.</exception>
    public KafkaEventSink(KafkaSinkOptions options, MemoryBudget memory, PipelineMetrics metrics, TimeProvider time, ILogger<KafkaEventSink> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _metrics = metrics;
        _writer = new RecordWriter(options.Connection, options.Producer, options.Topic, options.Name, memory, time, logger)
        {
            Retried = (reason, count) => metrics.SinkRetries.Add(count, new("sink", options.Name), new("reason", reason)),
        };
    }

    /// <inheritdoc />
    public string Name => _options.Name;

    /// <inheritdoc />
    public SinkHealth Health => _writer.Health;

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var failures = await _writer.WriteAsync(batch.Count, index => Message(batch, index), cancellation);
        Count(batch, failures.Count);
        return failures.Count == 0 ? [] : [.. failures.Select(failure => Rejected(batch, failure))];
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private static Message<byte[], byte[]> Message(EncodedBatch batch, int index)
    {
        ref readonly var item = ref batch.Items[index];
        var message = new Message<byte[], byte[]> { Value = batch.Value(item).ToArray() };
        if (item.KeyLength > 0)
        {
            message.Key = batch.Key(item).ToArray();
        }

        if (!item.Shared)
        {
            message.Headers = new Headers { { EventIdHeader.Name, EventIdHeader.Value(batch.Source.Records[item.Record].EventId) } };
        }

        return message;
    }

    private RejectedRecord Rejected(EncodedBatch batch, ProduceFailure failure)
    {
        var item = batch.Items[failure.Index];
        var detail = string.Create(CultureInfo.InvariantCulture, $"Topic {_options.Topic} refused a record of {item.Length} bytes: {failure.Error.Reason}");
        return new RejectedRecord(item.Record, _options.RejectionReason, detail, failure.Attempts);
    }

    private void Count(EncodedBatch batch, int refused)
    {
        var sink = new KeyValuePair<string, object?>("sink", Name);
        _metrics.SinkBytes.Add(batch.Length, sink);
        _metrics.SinkEvents.Add(batch.Count - refused, sink, new("outcome", "delivered"));
        if (refused > 0)
        {
            _metrics.SinkEvents.Add(refused, sink, new("outcome", "rejected"));
        }
    }
}
