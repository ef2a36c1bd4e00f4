using StreamEnricher.Core.Batches;

namespace StreamEnricher.Core.Intelligence;

/// <summary>Keeps the state of a sink that aggregates: a compacted Kafka topic, or a file. One caller at a time.</summary>
public interface IAggregateStore : IAsyncDisposable
{
    /// <summary>All that is in the store, each key once. Tries again until it can be read.</summary>
    /// <exception cref="InvalidDataException">The store holds what is no state.</exception>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    Task<IReadOnlyCollection<AggregateRecord>> LoadAsync(CancellationToken cancellation);

    /// <summary>Writes records durably, all or none. Tries again until it can; to write the same again changes nothing.</summary>
    /// <param name="records">The records.</param>
    /// <param name="leases">The partitions that they are of.</param>
    /// <param name="cancellation">Gives it up; the records may be written or not.</param>
    /// <returns>False, and nothing is written, when one of the leases has ended.</returns>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    Task<bool> TryWriteAsync(IReadOnlyList<AggregateRecord> records, IReadOnlyList<PartitionLease> leases, CancellationToken cancellation);
}
