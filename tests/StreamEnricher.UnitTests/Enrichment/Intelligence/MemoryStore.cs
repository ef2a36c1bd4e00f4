using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Intelligence;

namespace StreamEnricher.UnitTests.Enrichment.Intelligence;

/// <summary>A state in memory that survives its sink, and a crash at will.</summary>
internal sealed class MemoryStore : IAggregateStore
{
    private readonly Dictionary<string, AggregateRecord> _records = [];

    /// <summary>Called before and after each write; throws to crash.</summary>
    public Action Step { get; set; } = static () => { };

    public int Count => _records.Count;

    public Task<IReadOnlyCollection<AggregateRecord>> LoadAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyCollection<AggregateRecord>>([.. _records.Values]);

    public Task<bool> TryWriteAsync(IReadOnlyList<AggregateRecord> records, IReadOnlyList<PartitionLease> leases, CancellationToken cancellation)
    {
        Step();
        if (leases.Any(static lease => lease.Revoked))
        {
            return Task.FromResult(false);
        }

        foreach (var record in records)
        {
            var key = Convert.ToHexString(record.Key);
            if (record.Value is null)
            {
                _records.Remove(key);
            }
            else
            {
                _records[key] = record;
            }
        }

        Step();
        return Task.FromResult(true);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
