using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Cli.Benching.Runs;

/// <summary>Takes everything and keeps nothing.</summary>
internal sealed class NullSink(string name) : IEventSink
{
    /// <inheritdoc />
    public string Name { get; } = name;

    /// <inheritdoc />
    public SinkHealth Health { get; } = new(TimeProvider.System);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation) => new([]);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
