using System.Collections.Concurrent;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Testing.Engine;

/// <summary>Keeps dead letters in memory; writing waits for <see cref="Gate"/>.</summary>
internal sealed class MemoryDeadLetters : IDeadLetterStore
{
    /// <summary>Sink, offset and reason of each.</summary>
    public ConcurrentQueue<(string Sink, long Offset, string Reason)> Letters { get; } = new();

    /// <summary>Writing ends once this is done.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <inheritdoc />
    public async ValueTask WriteAsync(string sink, EventBatch source, IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellation)
    {
        await Gate.WaitAsync(cancellation);
        foreach (var letter in rejected)
        {
            Letters.Enqueue((sink, source.Records[letter.Record].Offset, letter.Reason));
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
