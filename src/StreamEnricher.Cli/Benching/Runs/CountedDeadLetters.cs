using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Cli.Benching.Runs;

/// <summary>Counts dead letters and keeps the first one's reason: what a bench refuses must not get among those of the pipeline.</summary>
internal sealed class CountedDeadLetters : IDeadLetterStore
{
    private long _count;
    private string? _first;

    /// <summary>How many there were.</summary>
    public long Count => Interlocked.Read(ref _count);

    /// <summary>Reason and detail of the first; null when there is none.</summary>
    public string? First => Volatile.Read(ref _first);

    /// <inheritdoc />
    public SinkHealth Health { get; } = new(TimeProvider.System);

    /// <inheritdoc />
    public ValueTask WriteAsync(string sink, EventBatch source, IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellation)
    {
        Interlocked.Add(ref _count, rejected.Count);
        Interlocked.CompareExchange(ref _first, $"{rejected[0].Reason}: {rejected[0].Detail}", null);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
