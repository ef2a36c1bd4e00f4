using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Core.Intelligence;

/// <summary>A place that STIX objects are delivered to: a TAXII collection, a Kafka topic, files, Microsoft Sentinel.</summary>
public interface IStixDestination : IAsyncDisposable
{
    /// <summary>Whether it works.</summary>
    SinkHealth Health { get; }

    /// <summary>
    /// Delivers a group of objects. The group is self-contained: what an object refers to is in it and comes before it. Retries and holds as
    /// long as it takes; returns when each object is stored, was there already, or is refused for good, and then gives the refused ones.
    /// The same group may come again after a crash; delivering it twice changes nothing.
    /// </summary>
    /// <exception cref="OperationCanceledException">The engine stops before all was settled: the group counts as not delivered.</exception>
    ValueTask<IReadOnlyList<RefusedStixObject>> DeliverAsync(IReadOnlyList<StixDelivery> objects, CancellationToken cancellation);
}
