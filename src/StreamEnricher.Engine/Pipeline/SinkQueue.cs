using System.Threading.Channels;
using StreamEnricher.Core.Batches;
using StreamEnricher.Engine.Graph;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>What waits for one sink: a bounded channel of batches with a share of bytes beside it. Bytes count until the delivery is over. Thread-safe.</summary>
internal sealed class SinkQueue(int capacity, long capacityBytes)
{
    private readonly Channel<LaneItem> _channel = BlockFactory.SinkQueue<LaneItem>(capacity);
    private readonly Lock _adding = new();
    private TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;

    /// <summary>Bytes that wait or are under way.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Batches that wait.</summary>
    public int Count => _channel.Reader.Count;

    /// <summary>Takes a batch, or refuses it when the sink's share is used up; one batch always fits when nothing else is there.</summary>
    public bool TryAdd(LaneItem item)
    {
        var bytes = item.Batch.AllocatedBytes;

        // One writer at a time: none must be refused for bytes that another books and then cannot use.
        lock (_adding)
        {
            var held = Bytes;
            if (held > 0 && held + bytes > capacityBytes)
            {
                return false;
            }

            // Booked before a worker can see the batch and give its bytes back. A refusal is no news for those who wait for room.
            Interlocked.Add(ref _bytes, bytes);
            if (_channel.Writer.TryWrite(item))
            {
                return true;
            }

            Interlocked.Add(ref _bytes, -bytes);
            return false;
        }
    }

    /// <summary>Ends when there may be room again. Take it before the try that fails, or a signal in between is lost.</summary>
    public Task RoomAsync() => Volatile.Read(ref _room).Task;

    /// <summary>Waits for a batch; false when there will be none.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _channel.Reader.WaitToReadAsync(cancellation);

    /// <summary>Takes the batch that waits longest.</summary>
    public bool TryTake(out LaneItem item)
    {
        if (!_channel.Reader.TryRead(out item))
        {
            return false;
        }

        SignalRoom();
        return true;
    }

    /// <summary>A batch that was taken is done with.</summary>
    /// <param name="bytes">Its allocated bytes.</param>
    public void GiveBack(long bytes)
    {
        Interlocked.Add(ref _bytes, -bytes);
        SignalRoom();
    }

    /// <summary>Nothing comes any more.</summary>
    public void Complete() => _channel.Writer.TryComplete();

    /// <summary>Lets those who wait for room try again.</summary>
    public void SignalRoom() =>
        Interlocked.Exchange(ref _room, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}

/// <summary>A sink's part of a batch.</summary>
/// <param name="Batch">Its bytes.</param>
/// <param name="Ticket">What to settle when it is delivered.</param>
internal readonly record struct LaneItem(EncodedBatch Batch, BatchTicket Ticket);
