namespace StreamEnricher.Core.Memory;

/// <summary>One limit for all bytes in flight: client prefetch, batches, encoded bodies, requests. Thread-safe.</summary>
/// <remarks>
/// Batches reserve their bytes, and an estimate of what will be made of them, before they are formed; later growth is booked even above the limit, so
/// that work once begun can always end and give its bytes back.
/// </remarks>
public sealed class MemoryBudget(long limit)
{
    private long _used;
    private long _forever;
    private long _refusals;

    /// <summary>Called after bytes came back; must return at once.</summary>
    public event Action? Released;

    /// <summary>The limit in bytes.</summary>
    public long Limit { get; } = limit;

    /// <summary>Bytes in use.</summary>
    public long Used => Interlocked.Read(ref _used);

    /// <summary>Bytes that are taken for as long as the process lives.</summary>
    public long Forever => Interlocked.Read(ref _forever);

    /// <summary>How often a reservation without spare bytes was refused so far.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>Takes bytes for as long as the process lives (client buffers).</summary>
    public void ReserveForever(long bytes)
    {
        Interlocked.Add(ref _forever, bytes);
        Interlocked.Add(ref _used, bytes);
    }

    /// <summary>
    /// Takes bytes, or null when they would exceed the limit. When nothing is in flight a reservation always fits: one record larger than the limit must be
    /// late, not stuck.
    /// </summary>
    /// <param name="bytes">How many.</param>
    /// <param name="spare">Bytes that must be left for others: who asks for them waits for those who do not.</param>
    public MemoryLease? TryReserve(long bytes, long spare = 0)
    {
        while (true)
        {
            var used = Interlocked.Read(ref _used);
            if (used + bytes + spare > Limit && used > Forever)
            {
                Interlocked.Add(ref _refusals, spare == 0 ? 1 : 0);
                return null;
            }

            if (Interlocked.CompareExchange(ref _used, used + bytes, used) == used)
            {
                return new MemoryLease(this, bytes);
            }
        }
    }

    internal void Add(long bytes)
    {
        Interlocked.Add(ref _used, bytes);
        if (bytes < 0)
        {
            Released?.Invoke();
        }
    }
}
