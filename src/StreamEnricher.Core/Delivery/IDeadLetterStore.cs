using StreamEnricher.Core.Batches;

namespace StreamEnricher.Core.Delivery;

/// <summary>Where refused records go: a Kafka topic or a directory.</summary>
public interface IDeadLetterStore : IAsyncDisposable
{
    /// <summary>Whether it works.</summary>
    SinkHealth Health { get; }

    /// <summary>Writes refused records durably before it returns; tries again until it can. The engine counts them then.</summary>
    /// <param name="sink">The sink that refused them, or <c>*</c> before the fan-out.</param>
    /// <param name="source">The batch with the original bytes.</param>
    /// <param name="rejected">Which, and why.</param>
    /// <param name="cancellation">The engine stops: nothing may be committed for these records.</param>
    ValueTask WriteAsync(string sink, EventBatch source, IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellation);
}
