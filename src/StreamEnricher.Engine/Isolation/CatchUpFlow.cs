using System.Threading.Tasks.Dataflow;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Engine.Graph;
using StreamEnricher.Engine.Ledger;
using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.Engine.Isolation;

/// <summary>The way of a batch from a sink's own reader to the sink's lane.</summary>
/// <remarks>
/// A block of its own, so that a sink that takes nothing stops nobody but its reader. While some of its batches are enriched the next is read. It takes a smaller
/// share than the main flow: batches that wait here cost memory that the other sinks could use, and what they cost in CPU is twice what they would in the main flow.
/// </remarks>
internal sealed class CatchUpFlow
{
    private readonly int _sink;
    private readonly SinkLane _lane;
    private readonly DeliveryLedger _ledger;
    private readonly long _share;
    private readonly int _parallelism;
    private readonly ActionBlock<PostedBatch> _block;

    /// <param name="sink">The sink's place in the pipeline's order.</param>
    /// <param name="lane">Its lane.</param>
    /// <param name="work">What is done with a batch.</param>
    /// <param name="ledger">Told what enters.</param>
    /// <param name="share">Bytes of bodies that may wait or be under way; one batch always may.</param>
    /// <param name="parallelism">Batches enriched at a time; one where the sink needs them in order.</param>
    /// <param name="fault">Told of what must not happen.</param>
    public CatchUpFlow(int sink, SinkLane lane, BatchWork work, DeliveryLedger ledger, long share, int parallelism, Action<Exception> fault)
    {
        (_sink, _lane, _ledger, _share, _parallelism) = (sink, lane, ledger, share, lane.InOrder ? 1 : parallelism);
        _block = BlockFactory.Parallel<PostedBatch>(posted => work.RunAsync(posted, Refusals, isMain: false), _parallelism, _parallelism * 2, fault);
    }

    /// <summary>What comes is about to be deleted by its topic, and becomes dead letters.</summary>
    public bool Expires { get; set; }

    /// <summary>The reader's way in: takes a batch over, or refuses it.</summary>
    /// <exception cref="ArgumentException">The reader left something out.</exception>
    public bool TryPost(EventBatch batch)
    {
        // What is left when it joins is little, and must not wait for the main flow's batches to be few.
        var full = _block.InputCount >= _parallelism || (_lane.QueuedBytes >= _share && _ledger.Mode(_sink) == SinkMode.Detached);
        if (full || _ledger.BeginCatchUp(_sink, batch.Ranges) is not { } ticket)
        {
            return false;
        }

        // There is room, and nobody else posts; after completion a batch is let go.
        if (!_block.Post(new PostedBatch(batch, ticket, Expires: Expires)))
        {
            batch.Release();
        }

        return true;
    }

    /// <summary>Takes nothing more; ends when all that was taken has been handed over.</summary>
    public Task CompleteAsync()
    {
        _block.Complete();
        return _block.Completion;
    }

    /// <summary>
    /// What the main flow passes in this run it writes itself, for all sinks. What was there before was written then, but perhaps not for this sink, which may be new:
    /// it is written under its name.
    /// </summary>
    private (string Sink, IReadOnlyList<RejectedRecord> Records) Refusals(EnrichedBatch enriched) =>
        (_lane.Name, [.. enriched.Rejected.Where(record => !_ledger.IsPassed(enriched.Source.Lease(record.Record), enriched.Source.Records[record.Record].Offset))]);
}
