using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Tracing;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>What is done with one batch, of the main flow or of a sink's own reader: enrich it, and hand each sink its part.</summary>
/// <remarks>Whatever goes wrong with a batch is an outcome (invariant I2).</remarks>
/// <param name="enrich">Makes each sink's bytes of a batch.</param>
/// <param name="lanes">In the pipeline's order.</param>
/// <param name="desk">Takes what is refused before the fan-out.</param>
/// <param name="logger">Faults.</param>
/// <param name="letGo">The engine stops: what is not enriched stays in Kafka.</param>
internal sealed class BatchWork(BatchEnricher enrich, IReadOnlyList<SinkLane> lanes, DeadLetterDesk desk, ILogger logger, CancellationToken letGo)
{
    private readonly Turnstile _turns = new();

    /// <summary>Does it all; the batch's reference is taken over.</summary>
    /// <param name="posted">The batch and its place in the ledger.</param>
    /// <param name="refusals">Whose dead letters the records are that are refused before the fan-out, and which of them have to be written.</param>
    /// <param name="isMain">The batch is of the main flow.</param>
    public async Task RunAsync(PostedBatch posted, Func<EnrichedBatch, (string Sink, IReadOnlyList<RejectedRecord> Records)> refusals, bool isMain)
    {
        using var span = PipelineTraces.Process(posted.Batch, isMain);
        try
        {
            await WorkAsync(posted, refusals, isMain);
        }
        finally
        {
            if (isMain)
            {
                _turns.End(posted.Turn);
            }
        }
    }

    private async Task WorkAsync(PostedBatch posted, Func<EnrichedBatch, (string Sink, IReadOnlyList<RejectedRecord> Records)> refusals, bool isMain)
    {
        if (await EnrichAsync(posted.Batch) is not { } enriched)
        {
            return;
        }

        try
        {
            // Durable before any sink can settle the batch.
            if (enriched.Rejected.Count > 0)
            {
                var (sink, refused) = refusals(enriched);
                if (refused.Count > 0 && !await desk.TryWriteAsync(sink, enriched.Source, refused, letGo))
                {
                    Drop(enriched);
                    return;
                }
            }

            await (posted.Expires ? ExpireAsync(enriched, posted) : HandOverAsync(enriched, posted, isMain));
        }
        finally
        {
            enriched.Source.Release();
        }
    }

    /// <summary>What became of a batch; null when the engine stops and it stays in Kafka.</summary>
    private async Task<EnrichedBatch?> EnrichAsync(EventBatch batch)
    {
        if (letGo.IsCancellationRequested)
        {
            batch.Release();
            return null;
        }

        // A reference of our own: when the enricher fails it has let its own go, and the records are still needed.
        batch.AddReference();
        EnrichedBatch enriched;
        try
        {
            using var step = PipelineTraces.Step("enrich");
            enriched = await enrich(batch, letGo);
        }
        catch (OperationCanceledException) when (letGo.IsCancellationRequested)
        {
            batch.Release();
            return null;
        }
        catch (Exception error)
        {
            Log.EnricherFailed(logger, error, batch.Count, string.Join(", ", batch.Ranges.Select(static range => $"{range.Lease} {range.First} to {range.Next - 1}")));
            var detail = $"the batch could not be enriched: {error.GetType().Name}";
            return new EnrichedBatch(
                batch, new EncodedBatch?[lanes.Count],
                [.. Enumerable.Range(0, batch.Count).Select(record => new RejectedRecord(record, DeadLetterReason.EnrichmentFailed, detail))]);
        }

        // The reservation was an estimate; from here on the budget knows the truth. Each lane gives its part back.
        batch.Memory.Resize(batch.AllocatedBytes + enriched.BySink.Sum(static encoded => encoded?.AllocatedBytes ?? 0));
        batch.Release();
        return enriched;
    }

    private async Task HandOverAsync(EnrichedBatch enriched, PostedBatch posted, bool isMain)
    {
        List<Task>? full = null;
        for (var sink = 0; sink < lanes.Count; sink++)
        {
            var encoded = enriched.BySink[sink];
            if (encoded is null || encoded.Count == 0)
            {
                encoded?.Dispose();
                lanes[sink].Skip(posted.Ticket);
                continue;
            }

            // Waited for at the same time: a full sink must not keep the batch from those that have room, or will have it sooner.
            var item = new LaneItem(encoded, posted.Ticket);
            var entering = isMain && lanes[sink].InOrder ? EnterInTurnAsync(lanes[sink], item, posted.Turn) : lanes[sink].EnqueueAsync(item, isMain);
            if (!entering.IsCompletedSuccessfully)
            {
                (full ??= []).Add(entering);
            }
        }

        if (full is not null)
        {
            await Task.WhenAll(full);
        }
    }

    /// <summary>What a sink would get becomes its dead letters.</summary>
    private async Task ExpireAsync(EnrichedBatch enriched, PostedBatch posted)
    {
        for (var sink = 0; sink < lanes.Count; sink++)
        {
            if (enriched.BySink[sink] is { } encoded)
            {
                await lanes[sink].ExpireAsync(new LaneItem(encoded, posted.Ticket));
            }
            else
            {
                lanes[sink].Skip(posted.Ticket);
            }
        }
    }

    private async Task EnterInTurnAsync(SinkLane lane, LaneItem item, long turn)
    {
        await _turns.WaitAsync(turn);
        await lane.EnqueueAsync(item, holdsMain: true);
    }

    private static void Drop(EnrichedBatch enriched)
    {
        foreach (var encoded in enriched.BySink)
        {
            encoded?.Dispose();
        }
    }
}

/// <summary>A batch that a flow has taken over.</summary>
/// <param name="Batch">The batch, with one reference.</param>
/// <param name="Ticket">Its place in the ledger.</param>
/// <param name="Turn">Its number among the batches of the main flow, in the order of reading.</param>
/// <param name="Expires">Its topic is about to delete it: it is not delivered but becomes dead letters.</param>
internal readonly record struct PostedBatch(EventBatch Batch, BatchTicket Ticket, long Turn = 0, bool Expires = false);
