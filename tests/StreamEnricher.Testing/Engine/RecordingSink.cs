using System.Collections.Concurrent;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Testing.Engine;

/// <summary>A sink that takes everything and remembers it.</summary>
public sealed class RecordingSink(string name, TimeProvider time) : IEventSink
{
    private readonly ConcurrentDictionary<(TopicPartitionName Partition, long Offset), int> _counts = new();

    /// <inheritdoc />
    public string Name => name;

    /// <inheritdoc />
    public SinkHealth Health { get; } = new(time);

    /// <summary>Runs before each delivery; may wait or throw.</summary>
    public Func<CancellationToken, Task> Before { get; init; } = static _ => Task.CompletedTask;

    /// <summary>Whether it refuses a record.</summary>
    public Func<EventRecord, bool> Refuses { get; init; } = static _ => false;

    /// <summary>How often each record was taken.</summary>
    public IReadOnlyDictionary<(TopicPartitionName Partition, long Offset), int> Counts => _counts;

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        await Before(cancellation);
        var rejected = new List<RejectedRecord>();
        for (var i = 0; i < batch.Count; i++)
        {
            var index = batch.Items[i].Record;
            var record = batch.Source.Records[index];
            if (Refuses(record))
            {
                rejected.Add(new RejectedRecord(index, DeadLetterReason.MappingRejected, "refused by the test", 1));
            }
            else
            {
                var lease = batch.Source.Lease(index);
                _counts.AddOrUpdate((new TopicPartitionName(lease.Topic, lease.Partition), record.Offset), 1, static (_, count) => count + 1);
            }
        }

        return rejected;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
