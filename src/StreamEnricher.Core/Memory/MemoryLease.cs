namespace StreamEnricher.Core.Memory;

/// <summary>Bytes taken from a <see cref="MemoryBudget"/>. Dispose gives them back.</summary>
public sealed class MemoryLease : IDisposable
{
    private readonly MemoryBudget? _budget;
    private long _bytes;

    internal MemoryLease(MemoryBudget? budget, long bytes)
    {
        _budget = budget;
        _bytes = bytes;
    }

    /// <summary>A lease that belongs to no budget, for batches outside a pipeline.</summary>
    public static MemoryLease Unlimited { get; } = new(null, 0);

    /// <summary>Bytes held.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Holds so many bytes from now on, more or fewer; never refused.</summary>
    public void Resize(long bytes)
    {
        if (_budget is not null)
        {
            _budget.Add(bytes - Interlocked.Exchange(ref _bytes, bytes));
        }
    }

    /// <summary>Holds more bytes while others hold theirs; never refused. Not after the last holder has disposed the lease.</summary>
    public void Take(long bytes) => GiveBack(-bytes);

    /// <summary>Gives part of the bytes back while others still hold the rest. Not after the last holder has disposed the lease.</summary>
    public void GiveBack(long bytes)
    {
        if (_budget is not null)
        {
            Interlocked.Add(ref _bytes, -bytes);
            _budget.Add(-bytes);
        }
    }

    /// <inheritdoc />
    public void Dispose() => Resize(0);
}
