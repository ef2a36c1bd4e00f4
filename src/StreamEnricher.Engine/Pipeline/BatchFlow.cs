using System.Threading.Tasks.Dataflow;
using StreamEnricher.Core.Batches;
using StreamEnricher.Engine.Graph;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>The main flow: the way of a batch from the source through a bounded block to the lanes of the sinks that are attached.</summary>
/// <remarks>Everything is bounded, so a full sink stops the flow and that stops the source, until the sink is detached.</remarks>
internal sealed class BatchFlow
{
    private readonly DeliveryLedger _ledger;
    private readonly int _parallelism;
    private readonly ActionBlock<PostedBatch> _block;
    private long _records;
    private long _turn;

    /// <param name="work">What is done with a batch.</param>
    /// <param name="ledger">Told what enters.</param>
    /// <param name="parallelism">Batches at a time.</param>
    /// <param name="fault">Told of what must not happen.</param>
    public BatchFlow(BatchWork work, DeliveryLedger ledger, int parallelism, Action<Exception> fault)
    {
        (_ledger, _parallelism) = (ledger, parallelism);
        _block = BlockFactory.Parallel<PostedBatch>(
            posted => work.RunAsync(posted, static enriched => (DeadLetterDesk.AllSinks, enriched.Rejected), isMain: true), parallelism, parallelism * 2, fault);
    }

    /// <summary>Records taken over so far.</summary>
    public long Records => Interlocked.Read(ref _records);

    /// <summary>The source's way in: takes a batch over, or refuses it at once. Called from its poll thread, in the order of reading.</summary>
    /// <exception cref="ArgumentException">The source posts out of order.</exception>
    public bool TryPost(EventBatch batch)
    {
        // Refused without a trace in the ledger: a full pipeline is asked again and again. When every sink is paused there is nobody to read for.
        if (_block.InputCount >= _parallelism || !_ledger.AnyAttached())
        {
            return false;
        }

        // The place in the ledger must be taken before anything can settle it.
        var ticket = _ledger.Begin(batch.Ranges);
        var records = batch.Count;
        if (_block.Post(new PostedBatch(batch, ticket, _turn)))
        {
            _turn++;
            Interlocked.Add(ref _records, records);
            return true;
        }

        _ledger.Withdraw(ticket, batch.Ranges);
        return false;
    }

    /// <summary>Takes nothing more; ends when all that was taken has been handed over.</summary>
    public Task CompleteAsync()
    {
        _block.Complete();
        return _block.Completion;
    }
}
