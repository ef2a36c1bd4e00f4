using System.Collections.Concurrent;
using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Testing.Kafka;

/// <summary>Stands in for the engine behind a source: notes what it is told, takes batches or refuses them, and settles what it took.</summary>
public sealed class SourceProbe(int sinks)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PartitionLease, long> _next = [];
    private readonly List<EventBatch> _held = [];
    private volatile bool _refuse;
    private volatile bool _hold;

    /// <summary>Every record that was posted, in order.</summary>
    public ConcurrentQueue<SeenRecord> Records { get; } = new();

    /// <summary>Every lease that was assigned.</summary>
    public ConcurrentQueue<PartitionLease> Assigned { get; } = new();

    /// <summary>Every lease that was revoked.</summary>
    public ConcurrentQueue<PartitionLease> Revoked { get; } = new();

    /// <summary>Faults in what the source did, such as a gap between two batches of a partition.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Number of batches posted.</summary>
    public int Batches { get; private set; }

    /// <summary>Number of batches refused.</summary>
    public int Refusals { get; private set; }

    /// <summary>While true the pipeline is full.</summary>
    public bool Refuse { get => _refuse; set => _refuse = value; }

    /// <summary>While true batches are kept, and so is their memory.</summary>
    public bool Hold { get => _hold; set => _hold = value; }

    /// <summary>What the source calls.</summary>
    public SourceHandlers Handlers => new(OnAssigned, OnRevoked, OnPost);

    /// <summary>Progress of all current leases: all that was posted counts as settled in every sink.</summary>
    public IReadOnlyList<PartitionProgress> Progress()
    {
        lock (_gate)
        {
            return [.. _next.Select(pair => new PartitionProgress(pair.Key, pair.Value, [.. Enumerable.Repeat(pair.Value, sinks)]))];
        }
    }

    /// <summary>Gives back the batches that were kept.</summary>
    public void ReleaseHeld()
    {
        lock (_gate)
        {
            _held.ForEach(static batch => batch.Release());
            _held.Clear();
        }
    }

    /// <summary>Waits until something holds.</summary>
    /// <exception cref="TimeoutException">It did not within 40 seconds.</exception>
    public static async Task UntilAsync(Func<bool> condition, string what, CancellationToken cancellation)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromSeconds(40))
            {
                throw new TimeoutException("It did not happen: " + what);
            }

            await Task.Delay(10, cancellation);
        }
    }

    private void OnAssigned(IReadOnlyList<PartitionLease> leases)
    {
        lock (_gate)
        {
            foreach (var lease in leases)
            {
                _next[lease] = lease.SinkStarts.Count == 0 ? -1 : lease.SinkStarts.Min();
                Assigned.Enqueue(lease);
            }
        }
    }

    private List<PartitionProgress> OnRevoked(IReadOnlyList<PartitionLease> leases)
    {
        lock (_gate)
        {
            var progress = Progress().Where(partition => leases.Contains(partition.Lease)).ToList();
            foreach (var lease in leases)
            {
                _next.Remove(lease);
                Revoked.Enqueue(lease);
            }

            return progress;
        }
    }

    private bool OnPost(EventBatch batch)
    {
        if (Refuse)
        {
            Refusals++;
            return false;
        }

        lock (_gate)
        {
            Batches++;
            foreach (var range in batch.Ranges)
            {
                if (!_next.TryGetValue(range.Lease, out var next))
                {
                    continue;
                }

                if (next >= 0 && range.First != next)
                {
                    Faults.Enqueue($"{range.Lease}: a batch begins at {range.First}, the one before ended at {next}");
                }

                _next[range.Lease] = range.Next;
            }

            for (var i = 0; i < batch.Count; i++)
            {
                var lease = batch.Lease(i);
                var headers = RecordHeaders.Read(batch.Headers(i)).Select(static header => $"{header.Key}={(header.Value is null ? "(null)" : Encoding.UTF8.GetString(header.Value))}");
                var key = batch.Records[i].KeyLength < 0 ? null : Encoding.UTF8.GetString(batch.Key(i));
                Records.Enqueue(new SeenRecord(
                    lease.Source, lease.Topic, lease.Partition, batch.Records[i].Offset, Encoding.UTF8.GetString(batch.Value(i)), key, string.Join(';', headers), batch.Records[i].Timestamp));
            }

            if (Hold)
            {
                _held.Add(batch);
                return true;
            }
        }

        batch.Release();
        return true;
    }
}

/// <summary>A record as a source posted it.</summary>
/// <param name="Source">Source name.</param>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Offset">Offset.</param>
/// <param name="Value">Value as text.</param>
/// <param name="Key">Key as text; null for none.</param>
/// <param name="Headers">name=value, separated by semicolons.</param>
/// <param name="Timestamp">Unix milliseconds.</param>
public sealed record SeenRecord(string Source, string Topic, int Partition, long Offset, string Value, string? Key, string Headers, long Timestamp);
