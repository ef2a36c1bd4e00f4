using System.Threading.Channels;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Testing.Engine;

/// <summary>A sink whose answers the test gives one by one.</summary>
public sealed class SteppedSink(string name, TimeProvider time) : IEventSink
{
    private readonly Channel<SteppedDelivery> _asked = Channel.CreateUnbounded<SteppedDelivery>();

    /// <inheritdoc />
    public string Name => name;

    /// <inheritdoc />
    public SinkHealth Health { get; } = new(time);

    /// <summary>Deliveries go on after they were told to stop: a sink that hangs for good.</summary>
    public bool IgnoresCancellation { get; init; }

    /// <summary>Deliveries that the test has not taken.</summary>
    public int Waiting => _asked.Reader.Count;

    /// <summary>The next delivery; waits for it.</summary>
    public ValueTask<SteppedDelivery> NextAsync() => _asked.Reader.ReadAsync();

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        var delivery = new SteppedDelivery(batch);
        _asked.Writer.TryWrite(delivery);
        return await (IgnoresCancellation ? delivery.Answer : delivery.Answer.WaitAsync(cancellation));
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>One call of a <see cref="SteppedSink"/>, to be answered once.</summary>
public sealed class SteppedDelivery(EncodedBatch batch)
{
    private readonly TaskCompletionSource<IReadOnlyList<RejectedRecord>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Offsets of the records, in the order of the items.</summary>
    public IReadOnlyList<long> Offsets { get; } = EngineBatches.Offsets(batch);

    internal Task<IReadOnlyList<RejectedRecord>> Answer => _answer.Task;

    /// <summary>All items are stored.</summary>
    public void Accept() => _answer.SetResult([]);

    /// <summary>All are stored but these (indexes of records).</summary>
    public void Reject(params int[] records) =>
        _answer.SetResult([.. records.Select(static record => new RejectedRecord(record, DeadLetterReason.MappingRejected, "refused by the test", 1))]);

    /// <summary>The sink fails in a way it does not foresee.</summary>
    public void Throw(Exception error) => _answer.SetException(error);
}
