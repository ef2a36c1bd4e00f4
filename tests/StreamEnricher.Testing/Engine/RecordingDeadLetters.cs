using System.Collections.Concurrent;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Testing.Engine;

/// <summary>A dead letter store in memory.</summary>
public sealed class RecordingDeadLetters : IDeadLetterStore
{
    private readonly ConcurrentQueue<DeadLetter> _all = new();

    /// <inheritdoc />
    public SinkHealth Health { get; } = new(TimeProvider.System);

    /// <summary>Runs before each write; may wait or throw.</summary>
    public Func<CancellationToken, Task> Before { get; init; } = static _ => Task.CompletedTask;

    /// <summary>What was written, in order.</summary>
    public IReadOnlyCollection<DeadLetter> All => _all;

    /// <inheritdoc />
    public async ValueTask WriteAsync(string sink, EventBatch source, IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellation)
    {
        await Before(cancellation);
        foreach (var record in rejected)
        {
            var lease = source.Lease(record.Record);
            _all.Enqueue(new DeadLetter(
                sink, new TopicPartitionName(lease.Topic, lease.Partition), source.Records[record.Record].Offset, record.Reason, source.Value(record.Record).ToArray()));
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A refused record.</summary>
public sealed record DeadLetter(string Sink, TopicPartitionName Partition, long Offset, string Reason, byte[] Value);
