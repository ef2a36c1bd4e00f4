using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Testing.Engine;

/// <summary>Stands in for the enrichment: each sink gets each record's value as one item.</summary>
/// <param name="sinks">Number of sinks.</param>
public sealed class FakeEnricher(int sinks)
{
    /// <summary>Whether a sink gets a record; default all.</summary>
    public Func<int, EventRecord, bool> Wants { get; init; } = static (_, _) => true;

    /// <summary>The reason to refuse a record before the fan-out; default none.</summary>
    public Func<EventRecord, string?> Refuses { get; init; } = static _ => null;

    /// <summary>Runs before the records are looked at; may wait or throw.</summary>
    public Func<EventBatch, CancellationToken, Task> Before { get; init; } = static (_, _) => Task.CompletedTask;

    /// <summary>Bytes that an item is padded to.</summary>
    public int ItemBytes { get; init; } = 1;

    /// <inheritdoc cref="BatchEnricher" />
    public async ValueTask<EnrichedBatch> EnrichAsync(EventBatch batch, CancellationToken cancellation)
    {
        try
        {
            await Before(batch, cancellation);
        }
        catch
        {
            batch.Release();
            throw;
        }

        var outputs = new EncodedBatch?[sinks];
        var rejected = new List<RejectedRecord>();
        for (var record = 0; record < batch.Count; record++)
        {
            if (Refuses(batch.Records[record]) is { } reason)
            {
                rejected.Add(new RejectedRecord(record, reason, "refused by the test"));
                continue;
            }

            for (var sink = 0; sink < sinks; sink++)
            {
                if (batch.Records[record].Offset >= batch.Lease(record).SinkStarts[sink] && Wants(sink, batch.Records[record]))
                {
                    Append(outputs[sink] ??= new EncodedBatch(batch, batch.UsedBytes), batch, record);
                }
            }
        }

        return new EnrichedBatch(batch, outputs, rejected);
    }

    private void Append(EncodedBatch output, EventBatch batch, int record)
    {
        var value = batch.Value(record);
        var length = Math.Max(ItemBytes, value.Length);
        var room = output.Reserve(length)[..length];
        room.Clear();
        value.CopyTo(room);
        output.Commit(record, length);
    }
}
