using System.Globalization;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Intelligence;

namespace StreamEnricher.Delivery.Intelligence;

/// <summary>Lets STIX objects that were made event by event flow into a destination: the objects of a batch are one group.</summary>
/// <param name="name">Name of the sink in the pipeline.</param>
/// <param name="destination">Where they go; counts the objects itself. Disposed with the sink.</param>
public sealed class StixObjectSink(string name, IStixDestination destination) : IEventSink
{
    /// <inheritdoc />
    public string Name => name;

    /// <inheritdoc />
    public SinkHealth Health => destination.Health;

    /// <inheritdoc />
    /// <remarks>An event of which several objects are refused is one dead letter, with the first of them.</remarks>
    public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count == 0)
        {
            return [];
        }

        var objects = new StixDelivery[batch.Count];
        for (var i = 0; i < objects.Length; i++)
        {
            objects[i] = StixObjectReader.Read(batch.Value(batch.Items[i]));
        }

        var refused = await destination.DeliverAsync(objects, cancellation).ConfigureAwait(false);
        return [.. refused.GroupBy(one => batch.Items[one.Index].Record).OrderBy(static record => record.Key).Select(static record => Letter(record.Key, [.. record]))];
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => destination.DisposeAsync();

    private static RejectedRecord Letter(int record, IReadOnlyList<RefusedStixObject> refused)
    {
        var first = refused.MinBy(static one => one.Index);
        var detail = refused.Count == 1 ? first.Detail : string.Create(CultureInfo.InvariantCulture, $"{first.Detail} (and {refused.Count - 1} more objects of the event)");
        return new RejectedRecord(record, first.Reason, detail, first.Attempts);
    }
}
