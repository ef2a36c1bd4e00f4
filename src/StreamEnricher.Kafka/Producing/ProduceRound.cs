using Confluent.Kafka;

namespace StreamEnricher.Kafka.Producing;

/// <summary>Waits for the delivery reports of the records of one round of sending.</summary>
/// <remarks>Each record costs a delegate with its index, because a delivery report does not say which record it is about.</remarks>
internal sealed class ProduceRound(int records)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _waiting = records;

    /// <summary>Ends when every record is reported.</summary>
    public Task Done => _done.Task;

    /// <summary>The records that failed, with the error of each. Read it once <see cref="Done"/> has ended.</summary>
    public List<(int Index, Error Error)> Failed { get; } = [];

    /// <summary>The handler for one record.</summary>
    public Action<DeliveryReport<byte[], byte[]>> Handler(int index) => report => Report(index, report.Error);

    /// <summary>Notes what became of a record.</summary>
    public void Report(int index, Error error)
    {
        if (error.IsError)
        {
            lock (_gate)
            {
                Failed.Add((index, error));
            }
        }

        if (Interlocked.Decrement(ref _waiting) == 0)
        {
            _done.SetResult();
        }
    }
}
