using System.Threading.Channels;
using System.Threading.Tasks.Dataflow;

namespace StreamEnricher.Engine.Graph;

/// <summary>
/// The only maker of blocks and channels (invariant I3). Each states capacity, parallelism, ordering and who reads and writes; none is unbounded, because every
/// default is unsafe here.
/// </summary>
/// <remarks>
/// Dataflow drops an item without a word when its delegate throws OperationCanceledException, and drops its whole queue on anything else (invariant I2). So no
/// delegate reaches a block bare: what escapes it is caught here and given to <c>fault</c>. Blocks get no cancellation token either: they would drop their queues
/// with all references in them.
/// </remarks>
internal static class BlockFactory
{
    /// <summary>A block that works on whole batches in parallel, in no order: the ledger puts the order right, and a batch that waits for the network holds up no other.</summary>
    /// <param name="work">What to do with each.</param>
    /// <param name="parallelism">Batches at a time.</param>
    /// <param name="capacity">Batches inside the block, those being worked on included; a batch above it is refused, and the source waits.</param>
    /// <param name="fault">Told of an exception that escapes <paramref name="work"/>; the block goes on.</param>
    public static ActionBlock<T> Parallel<T>(Func<T, Task> work, int parallelism, int capacity, Action<Exception> fault) => new(
        item => GuardAsync(work, item, fault),
        new ExecutionDataflowBlockOptions
        {
            BoundedCapacity = capacity,
            MaxDegreeOfParallelism = parallelism,
            EnsureOrdered = false,
        });

    /// <summary>A queue of one sink: several enriching workers write, several sending workers read.</summary>
    /// <param name="capacity">Batches; what does not fit is never dropped but stays with the writer, which decides.</param>
    public static Channel<T> SinkQueue<T>(int capacity) => Channel.CreateBounded<T>(new BoundedChannelOptions(capacity)
    {
        FullMode = BoundedChannelFullMode.Wait,
        SingleReader = false,
        SingleWriter = false,

        // A writer must not run a worker's delivery on its own thread.
        AllowSynchronousContinuations = false,
    });

    private static async Task GuardAsync<T>(Func<T, Task> work, T item, Action<Exception> fault)
    {
        try
        {
            await work(item);
        }
        catch (Exception error)
        {
            fault(error);
        }
    }
}
