using System.Globalization;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;

namespace StreamEnricher.Kafka.Producing;

/// <summary>Writes each item as one record, at least once.</summary>
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
        var failures = await _writer.WriteAsync(batch.Count, index => EventMessage.Of(batch, index), cancellation);
        Count(batch, failures.Count);
        return failures.Count == 0 ? [] : [.. failures.Select(failure => Rejected(batch, failure))];
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

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
