using System.Collections.Concurrent;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Testing.Engine;

/// <summary>A sink whose answers a test scripts; notes the offsets that it was given.</summary>
internal sealed class ScriptedSink(string name, Func<long, CancellationToken, Task<IReadOnlyList<RejectedRecord>>>? answer = null) : IEventSink
{
    /// <summary>Offsets delivered.</summary>
    public ConcurrentQueue<long> Offsets { get; } = new();

    /// <inheritdoc />
    public string Name => name;

    /// <inheritdoc />
    public SinkHealth Health { get; } = new(TimeProvider.System);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        var offset = batch.Source.Records[0].Offset;
        var rejected = answer is null ? [] : await answer(offset, cancellation);
        Offsets.Enqueue(offset);
        return rejected;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
