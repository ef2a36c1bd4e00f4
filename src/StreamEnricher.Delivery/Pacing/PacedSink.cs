using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Delivery.Pacing;

/// <summary>A sink that does not limit its own rate (Kafka topics, files), batch by batch.</summary>
internal sealed class PacedSink(IEventSink sink, RateLimit limit, TimeProvider time) : IEventSink
{
    private readonly Pacer _pacer = new(limit, time);

    /// <inheritdoc />
    public string Name => sink.Name;

    /// <inheritdoc />
    public SinkHealth Health => sink.Health;

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        await _pacer.WaitAsync(batch.Count, batch.Length, cancellation).ConfigureAwait(false);
        return await sink.DeliverAsync(batch, cancellation).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => sink.DisposeAsync();
}
