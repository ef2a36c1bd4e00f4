using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Core.Batches;

/// <summary>All that became of one <see cref="EventBatch"/>.</summary>
/// <param name="Source">The batch; the holder of this record holds one reference to it.</param>
/// <param name="BySink">For each sink, in the pipeline's order, its bytes; null when the sink gets nothing of this batch.</param>
/// <param name="Rejected">Records refused before the fan-out.</param>
public sealed record EnrichedBatch(EventBatch Source, IReadOnlyList<EncodedBatch?> BySink, IReadOnlyList<RejectedRecord> Rejected);

/// <summary>Turns a batch of records into the bytes of every sink. It must not throw but for cancellation: what cannot be enriched is rejected.</summary>
/// <param name="batch">The records; the call takes over one reference, and has released it whenever it ends with an exception.</param>
/// <param name="cancellation">Ends waiting for attribution; the batch is then not processed.</param>
public delegate ValueTask<EnrichedBatch> BatchEnricher(EventBatch batch, CancellationToken cancellation);
