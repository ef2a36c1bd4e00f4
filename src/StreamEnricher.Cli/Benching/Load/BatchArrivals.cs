using System.Runtime.CompilerServices;
using StreamEnricher.Core.Batches;

namespace StreamEnricher.Cli.Benching.Load;

/// <summary>When the events of a batch were due.</summary>
/// <param name="First">Timestamp of the first, in ticks of the clock's timestamps.</param>
/// <param name="Step">Ticks from one event to the next.</param>
internal sealed record BatchArrival(long First, double Step)
{
    /// <summary>When a record of the batch was due.</summary>
    public long Of(int record) => First + (long)(record * Step);
}

/// <summary>Remembers when the events of batches were due, for as long as a batch lives.</summary>
internal sealed class BatchArrivals
{
    private readonly ConditionalWeakTable<EventBatch, BatchArrival> _arrivals = [];

    /// <summary>Notes it.</summary>
    public void Add(EventBatch batch, BatchArrival arrival) => _arrivals.Add(batch, arrival);

    /// <summary>Null when nothing was noted: the records' own timestamps count.</summary>
    public BatchArrival? Find(EventBatch batch) => _arrivals.TryGetValue(batch, out var arrival) ? arrival : null;
}
