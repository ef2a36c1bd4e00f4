using System.Threading.Tasks.Dataflow;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Engine.Graph;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>The way of a batch from the source to the lanes: a bounded block that enriches it and hands each sink its part.</summary>
/// <remarks>Everything is bounded, so a full sink stops the flow and that stops the source. Whatever goes wrong with a batch is an outcome (invariant I2).</remarks>
internal sealed class BatchFlow : IDisposable
{
    private readonly CancellationTokenSource _letGo = new();
    private readonly CancellationToken _letGoToken;
    private readonly TaskCompletionSource<Exception> _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly BatchEnricher _enrich;
    private readonly IReadOnlyList<SinkLane> _lanes;
    private readonly DeliveryLedger _ledger;
    private readonly DeadLetterDesk _desk;
    private readonly int _parallelism;
    private readonly ILogger _logger;
    private readonly ActionBlock<PostedBatch> _block;

    /// <param name="enrich">Makes each sink's bytes of a batch.</param>
    /// <param name="lanes">In the pipeline's order.</param>
    /// <param name="ledger">Told what enters.</param>
    /// <param name="desk">Takes what is refused before the fan-out.</param>
    /// <param name="parallelism">Batches at a time.</param>
    /// <param name="logger">Faults.</param>
    public BatchFlow(BatchEnricher enrich, IReadOnlyList<SinkLane> lanes, DeliveryLedger ledger, DeadLetterDesk desk, int parallelism, ILogger logger)
    {
        (_enrich, _lanes, _ledger, _desk, _parallelism, _logger) = (enrich, lanes, ledger, desk, parallelism, logger);
        _letGoToken = _letGo.Token;
        _block = BlockFactory.Parallel<PostedBatch>(WorkAsync, parallelism, parallelism * 2, Fail);
    }

    /// <summary>Ends, with its exception as result, when something failed that must not: the run cannot go on.</summary>
    public Task<Exception> Faulted => _fault.Task;

    /// <summary>Starts the sinks' workers.</summary>
    public void Start()
    {
        foreach (var lane in _lanes)
        {
            lane.Start(Fail);
        }
    }

    /// <summary>The source's way in: takes a batch over, or refuses it at once. Called from its poll thread, in the order of reading.</summary>
    /// <exception cref="ArgumentException">The source posts out of order.</exception>
    public bool TryPost(EventBatch batch)
    {
        // Refused without a trace in the ledger: a full pipeline is asked again and again.
        if (_block.InputCount >= _parallelism)
        {
            return false;
        }

        // The place in the ledger must be taken before anything can settle it.
        var ticket = _ledger.Begin(batch.Ranges);
        if (_block.Post(new PostedBatch(batch, ticket)))
        {
            return true;
        }

        _ledger.Withdraw(ticket, batch.Ranges);
        return false;
    }

    /// <summary>Takes nothing more; ends when all that was taken is settled or let go.</summary>
    public async Task CompleteAsync()
    {
        _block.Complete();
        await _block.Completion;
        foreach (var lane in _lanes)
        {
            lane.Complete();
        }

        await Task.WhenAll(_lanes.Select(static lane => lane.Completion));
    }

    /// <summary>Lets go of sinks that wait for the operator: time alone will not make them take anything.</summary>
    public void LetGoOfHeld()
    {
        foreach (var lane in _lanes)
        {
            if (!lane.IsLetGo && lane.Health.HeldReason is { } reason)
            {
                Log.HeldSinkLetGo(_logger, lane.Name, reason);
                lane.LetGo();
            }
        }
    }

    /// <summary>Lets go of everything in flight: none of it is settled, all of its memory comes back.</summary>
    public void LetGo()
    {
        _letGo.Cancel();
        foreach (var lane in _lanes)
        {
            lane.LetGo();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _letGo.Dispose();
        foreach (var lane in _lanes)
        {
            lane.Dispose();
        }
    }

    private void Fail(Exception error)
    {
        Log.EngineFailed(_logger, error);
        _fault.TrySetResult(error);
    }

    private async Task WorkAsync(PostedBatch posted)
    {
        if (await EnrichAsync(posted.Batch) is not { } enriched)
        {
            return;
        }

        try
        {
            // Durable before any sink can settle the batch.
            if (enriched.Rejected.Count > 0 && !await _desk.TryWriteAsync(DeadLetterDesk.AllSinks, enriched.Source, enriched.Rejected, _letGoToken))
            {
                Drop(enriched);
                return;
            }

            await HandOverAsync(enriched, posted.Ticket);
        }
        finally
        {
            enriched.Source.Release();
        }
    }

    /// <summary>What became of a batch; null when the engine stops and it stays in Kafka.</summary>
    private async Task<EnrichedBatch?> EnrichAsync(EventBatch batch)
    {
        if (_letGoToken.IsCancellationRequested)
        {
            batch.Release();
            return null;
        }

        // A reference of our own: when the enricher fails it has let its own go, and the records are still needed.
        batch.AddReference();
        EnrichedBatch enriched;
        try
        {
            enriched = await _enrich(batch, _letGoToken);
        }
        catch (OperationCanceledException) when (_letGoToken.IsCancellationRequested)
        {
            batch.Release();
            return null;
        }
        catch (Exception error)
        {
            Log.EnricherFailed(_logger, error, batch.Count, string.Join(", ", batch.Ranges.Select(static range => $"{range.Lease} {range.First} to {range.Next - 1}")));
            var detail = $"the batch could not be enriched: {error.GetType().Name}";
            return new EnrichedBatch(
                batch, new EncodedBatch?[_lanes.Count],
                [.. Enumerable.Range(0, batch.Count).Select(record => new RejectedRecord(record, DeadLetterReason.EnrichmentFailed, detail))]);
        }

        // The reservation was an estimate; from here on the budget knows the truth. Each lane gives its part back.
        batch.Memory.Resize(batch.AllocatedBytes + enriched.BySink.Sum(static encoded => encoded?.AllocatedBytes ?? 0));
        batch.Release();
        return enriched;
    }

    private async Task HandOverAsync(EnrichedBatch enriched, BatchTicket ticket)
    {
        List<Task>? full = null;
        for (var sink = 0; sink < _lanes.Count; sink++)
        {
            var encoded = enriched.BySink[sink];
            if (encoded is null || encoded.Count == 0)
            {
                encoded?.Dispose();
                _lanes[sink].Skip(ticket);
            }
            else if (!_lanes[sink].TryEnqueue(new LaneItem(encoded, ticket)))
            {
                // Waited for at the same time: a full sink must not keep the batch from those that have room, or will have it sooner.
                (full ??= []).Add(WhenFullAsync(_lanes[sink], new LaneItem(encoded, ticket)));
            }
        }

        if (full is not null)
        {
            await Task.WhenAll(full);
        }
    }

    /// <summary>The one place that decides what happens when a sink's queue is full: the main flow waits for it. A lane that is let go has room at once.</summary>
    private static async Task WhenFullAsync(SinkLane lane, LaneItem item)
    {
        while (true)
        {
            var room = lane.RoomAsync();
            if (lane.TryEnqueue(item))
            {
                return;
            }

            await room;
        }
    }

    private static void Drop(EnrichedBatch enriched)
    {
        foreach (var encoded in enriched.BySink)
        {
            encoded?.Dispose();
        }
    }

    private readonly record struct PostedBatch(EventBatch Batch, BatchTicket Ticket);
}
