using StreamEnricher.Core.Batches;

namespace StreamEnricher.Core.Delivery;

/// <summary>A place that events are delivered to: Elasticsearch bulk, Splunk HEC, a Kafka topic, files.</summary>
public interface IEventSink : IAsyncDisposable
{
    /// <summary>The sink's name in the pipeline.</summary>
    string Name { get; }

    /// <summary>Whether it works.</summary>
    SinkHealth Health { get; }

    /// <summary>
    /// Delivers all items. Retries and holds as long as it takes; returns when each item is stored or refused for good, and then gives the
    /// refused ones. May be called by several workers at once. Does not dispose the batch. The sink counts its own events
    /// (streamenricher.sink.events); dead letters are counted by the engine.
    /// </summary>
    /// <exception cref="OperationCanceledException">The engine stops before all was settled: the batch counts as not delivered.</exception>
    ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation);
}
