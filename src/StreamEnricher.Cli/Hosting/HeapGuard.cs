using System.Runtime;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Kafka.Interop;

namespace StreamEnricher.Cli.Hosting;

/// <summary>Sees to it that garbage does not add to what the budget allows.</summary>
/// <remarks>
/// The collector looks after large arrays only once as many bytes of them have been allocated as live, and a pipeline's batches are large arrays: garbage beside them, of replies or
/// of batches of another size, could grow to as much as the budget. So a full collection is asked for when the heap is larger than the budget and what the process had before it began.
/// A hard limit of the heap would do the same, but ends the process where the budget only makes it wait. Arrays that batches needed in a rush are let go when it is over.
/// </remarks>
internal sealed class HeapGuard : IAsyncDisposable
{
    /// <summary>The least bytes of garbage that may lie about before it is worth a collection, which takes some ten milliseconds.</summary>
    public const long LeastSlack = 16L << 20;

    private const int SlackOfLimit = 16;
    private const int SlackBeyond = 4;
    private const int LargeObjects = 3;
    private const int LooksBetweenTrims = 50;
    private const int LooksBetweenNativeTrims = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly SlabPool _pool;
    private readonly Func<long> _heapBytes;
    private readonly Action _collect;
    private readonly long _slack;
    private readonly long _allowed;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private long _live;
    private int _looks;

    /// <param name="memory">The budget, after all clients have taken what they keep for good: that is not on this heap.</param>
    /// <param name="pool">The batches' arrays.</param>
    /// <param name="time">Clock.</param>
    /// <param name="heapBytes">Bytes of the heap, garbage included; null: the process's.</param>
    /// <param name="collect">A full collection; null: the process's.</param>
    public HeapGuard(MemoryBudget memory, SlabPool pool, TimeProvider time, Func<long>? heapBytes = null, Action? collect = null)
    {
        ArgumentNullException.ThrowIfNull(memory);
        _pool = pool;
        _heapBytes = heapBytes ?? (static () => GC.GetTotalMemory(forceFullCollection: false));
        _slack = Math.Max(LeastSlack, memory.Limit / SlackOfLimit);
        _collect = collect ?? CollectNow;
        // What loading the plan left behind is not what it needs.
        _collect();
        _allowed = _heapBytes() + Math.Max(memory.Limit - memory.Forever, 0) + _slack;
        _watching = WatchAsync(time);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    /// <summary>Looks once.</summary>
    internal void Look()
    {
        _looks++;
        if (_looks % LooksBetweenNativeTrims == 0)
        {
            NativeHeap.Trim();
        }

        var unused = _looks % LooksBetweenTrims == 0 && _pool.Trim() >= _slack;
        // Caches may live beyond what is allowed: then only what came after the last collection can be garbage, and collecting it costs more.
        var beyond = _live > _allowed ? SlackBeyond * _slack : _slack;
        if (unused || _heapBytes() > Math.Max(_allowed, _live + beyond))
        {
            _collect();
            _live = _heapBytes();
        }
    }

    private async Task WatchAsync(TimeProvider time)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                Look();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The pipeline has ended.
        }
    }

    /// <summary>Blocking, because what is allocated meanwhile would come on top. Large arrays are moved together when the gaps between them are worth it: the process keeps gaps.</summary>
    private void CollectNow()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
        if (GC.GetGCMemoryInfo(GCKind.FullBlocking).GenerationInfo[LargeObjects].FragmentationAfterBytes >= _slack / 2)
        {
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }
}
