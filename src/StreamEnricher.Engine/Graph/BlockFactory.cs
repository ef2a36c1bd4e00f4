using System.Threading.Channels;
using System.Threading.Tasks.Dataflow;

namespace StreamEnricher.Engine.Graph;

/// <summary>
/// The only maker of blocks and channels (invariant I3). Each states capacity, parallelism, ordering and who reads and writes; none is unbounded, and no delegate
/// may throw or be cancelled out: Dataflow drops an item whose delegate throws OperationCanceledException and faults on anything else (invariant I2).
/// </summary>
internal static class BlockFactory
{
    /// <summary>A block that works on whole batches in parallel, in no order: progress does not need one.</summary>
    /// <param name="work">Must not throw.</param>
    /// <param name="parallelism">Batches at a time.</param>
    /// <param name="capacity">Batches inside the block, those being worked on included; a batch above it is refused, and the source waits.</param>
    public static ActionBlock<T> Parallel<T>(Func<T, Task> work, int parallelism, int capacity) => new(
        work,
        new ExecutionDataflowBlockOptions
        {
            BoundedCapacity = capacity,
            MaxDegreeOfParallelism = parallelism,
            EnsureOrdered = false,
            SingleProducerConstrained = true,
        });

    /// <summary>A queue of one sink: several enriching workers write, several sending workers read.</summary>
    /// <param name="capacity">Batches.</param>
    public static Channel<T> SinkQueue<T>(int capacity) => Channel.CreateBounded<T>(new BoundedChannelOptions(capacity)
    {
        FullMode = BoundedChannelFullMode.Wait,
        SingleReader = false,
        SingleWriter = false,
        AllowSynchronousContinuations = false,
    });
}
