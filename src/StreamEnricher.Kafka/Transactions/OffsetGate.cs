using Confluent.Kafka;

namespace StreamEnricher.Kafka.Transactions;

/// <summary>Who may write the offsets of a sink that delivers exactly once: its transaction, or between two of them the ordinary commit. Shared by the sink and the source.</summary>
/// <remarks>
/// A transaction writes the sink's offsets together with its outputs. An ordinary commit while one is open would win over it (Kafka keeps what was appended last), and one that
/// was begun before it would set the sink back: both would deliver records twice after a crash. So they never overlap, and an ordinary commit only ever writes what
/// is above the last one: where the sink begins, and what it gets nothing of.
/// </remarks>
public sealed class OffsetGate : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Dictionary<TopicPartition, long> _written = [];

    /// <summary>The membership that proves that partitions are this process's; set by the source.</summary>
    internal Func<IReadOnlyList<TopicPartition>, GroupFence>? Fence { get; set; }

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

    /// <summary>Waits until nobody writes; <see cref="Exit"/> ends it.</summary>
    internal Task EnterAsync(CancellationToken cancellation) => _one.WaitAsync(cancellation);

    /// <summary>Lets others write.</summary>
    internal void Exit() => _one.Release();

    /// <summary>A partition comes, and the sink begins there: nothing below is committed any more.</summary>
    internal void Begin(TopicPartition partition, long start)
    {
        lock (_written)
        {
            _written[partition] = start - 1;
        }
    }

    /// <summary>
    /// Those that lie above what is written. A batch's range can lie below: it was read for sinks that stand further back, and to commit its end would set this one back.
    /// </summary>
    internal List<TopicPartitionOffset> Above(IEnumerable<TopicPartitionOffset> offsets)
    {
        lock (_written)
        {
            return [.. offsets.Where(offset => offset.Offset.Value > _written.GetValueOrDefault(offset.TopicPartition, -1))];
        }
    }

    /// <summary>A transaction has written these. Within <see cref="EnterAsync"/>.</summary>
    internal void Wrote(IEnumerable<TopicPartitionOffset> offsets)
    {
        lock (_written)
        {
            foreach (var offset in offsets)
            {
                _written[offset.TopicPartition] = offset.Offset.Value;
            }
        }
    }

    /// <summary>An ordinary commit; false, and nothing is written, while a transaction is open.</summary>
    internal async Task<bool> TryCommitAsync(IReadOnlyList<TopicPartitionOffset> offsets, Func<IReadOnlyList<TopicPartitionOffset>, Task> write)
    {
        if (!await _one.WaitAsync(TimeSpan.Zero))
        {
            return false;
        }

        try
        {
            var later = Above(offsets);
            if (later.Count > 0)
            {
                await write(later);
                Wrote(later);
            }

            return true;
        }
        finally
        {
            Exit();
        }
    }
}

/// <summary>
/// What a transaction commits under the main group beside everything else, only for the broker to check that this process still has the partitions: it refuses a
/// commit of a former member, and with it the whole transaction.
/// </summary>
/// <param name="Metadata">This process's membership at a moment when it had the partitions; null while it is no member.</param>
/// <param name="Offsets">Offsets that the main group may stand at.</param>
internal sealed record GroupFence(IConsumerGroupMetadata? Metadata, IReadOnlyList<TopicPartitionOffset> Offsets);
