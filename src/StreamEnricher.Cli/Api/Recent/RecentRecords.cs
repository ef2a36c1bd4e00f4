using StreamEnricher.Core.Batches;

namespace StreamEnricher.Cli.Api.Recent;

/// <summary>The newest records that passed through the pipeline, for people to look at. Thread-safe; bounded in number and bytes.</summary>
/// <remarks>
/// It must cost the hot path nothing that can be measured: of each batch it copies the newest few records of each partition and nothing else, under one lock a
/// batch. Up to some hundred events a second that is all of them; above, an even sample. They are kept as they were read, and enriched when somebody looks.
/// </remarks>
/// <param name="maxRecords">Most records.</param>
/// <param name="maxBytes">Most bytes of their values.</param>
internal sealed class RecentRecords(int maxRecords, long maxBytes)
{
    /// <summary>Most records of one partition taken from one batch.</summary>
    public const int PerPartition = 16;

    /// <summary>Most records taken from one batch.</summary>
    public const int PerBatch = 64;

    /// <summary>A larger value is not kept.</summary>
    public const int LargestValue = 64 << 10;

    private readonly Lock _gate = new();
    private readonly Queue<RawRecord> _records = new();
    private long _bytes;
    private long _taken;

    /// <summary>Records taken since the start; the newest has this number.</summary>
    public long Taken => Interlocked.Read(ref _taken);

    /// <summary>Takes the newest records of a batch. The caller holds the batch.</summary>
    public void Take(EventBatch batch)
    {
        Span<int> chosen = stackalloc int[PerBatch];
        var count = Choose(batch, chosen);
        if (count == 0)
        {
            return;
        }

        var copies = new RawRecord[count];
        for (var i = 0; i < count; i++)
        {
            var index = chosen[count - 1 - i];
            var lease = batch.Lease(index);
            ref readonly var record = ref batch.Records[index];
            copies[i] = new RawRecord(lease.Source, lease.Topic, lease.Partition, record.Offset, record.Timestamp, batch.Value(index).ToArray());
        }

        lock (_gate)
        {
            foreach (var copy in copies)
            {
                Add(copy);
            }
        }
    }

    /// <summary>The newest records, newest first.</summary>
    public IReadOnlyList<RawRecord> Newest(int limit)
    {
        lock (_gate)
        {
            return [.. _records.Skip(Math.Max(0, _records.Count - limit)).Reverse()];
        }
    }

    /// <summary>What was taken after a number that <see cref="Taken"/> had, oldest first, as far as it is still kept; at most the newest <paramref name="limit"/>.</summary>
    public (IReadOnlyList<RawRecord> Records, long Taken) Since(long taken, int limit)
    {
        lock (_gate)
        {
            var wanted = (int)Math.Min(Math.Min(_taken - taken, _records.Count), limit);
            return ([.. _records.Skip(_records.Count - wanted)], _taken);
        }
    }

    private static int Choose(EventBatch batch, Span<int> chosen)
    {
        var ranges = batch.Ranges.Count;
        Span<byte> perRange = stackalloc byte[Math.Min(ranges, 256)];
        perRange.Clear();
        var (count, full) = (0, 0);
        for (var index = batch.Count - 1; index >= 0 && count < chosen.Length && full < ranges; index--)
        {
            ref readonly var record = ref batch.Records[index];
            if (record.Range >= perRange.Length || perRange[record.Range] == PerPartition || record.ValueLength is < 0 or > LargestValue)
            {
                continue;
            }

            chosen[count++] = index;
            full += ++perRange[record.Range] == PerPartition ? 1 : 0;
        }

        return count;
    }

    private void Add(RawRecord record)
    {
        _records.Enqueue(record);
        _bytes += record.Value.Length;
        _taken++;
        while (_records.Count > maxRecords || (_bytes > maxBytes && _records.Count > 1))
        {
            _bytes -= _records.Dequeue().Value.Length;
        }
    }
}
