using StreamEnricher.Kafka.Transactions;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>What to read, how much at a time, and how far to commit.</summary>
public sealed record KafkaSourceOptions
{
    /// <summary>The cluster.</summary>
    public required KafkaConnection Connection { get; init; }

    /// <summary>The main consumer group; a sink's own progress is in the group <c>{GroupId}.{sink}</c>.</summary>
    public required string GroupId { get; init; }

    /// <summary>The pipeline's sources, in its order: a topic belongs to the first that names or matches it.</summary>
    public required IReadOnlyList<KafkaSourceEntry> Sources { get; init; }

    /// <summary>The pipeline's sinks, in its order.</summary>
    public required IReadOnlyList<KafkaSinkStart> Sinks { get; init; }

    /// <summary>Most records of a batch.</summary>
    public int BatchEvents { get; init; } = 5000;

    /// <summary>Most bytes of a batch; a larger record gets a batch of its own. Rounded up to a power of two, which is what the slab takes.</summary>
    public int BatchBytes { get; init; } = 4 << 20;

    /// <summary>Oldest that a batch gets before it is passed on, from its first record.</summary>
    public TimeSpan BatchLinger { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Bytes that all sinks' encodings of a batch take together, as a multiple of the batch's own; reserved before a batch is formed.</summary>
    public double EncodedFactor { get; init; } = 6;

    /// <summary>Stop once all that was there when the partitions were assigned has been posted.</summary>
    public bool ExitAtEnd { get; init; }

    /// <summary>How often stored progress of the main group is sent to the broker.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long an assignment may wait for the sinks' committed offsets; afterwards its partitions stay paused until they are known.</summary>
    public TimeSpan OffsetLookupTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>With <see cref="ExitAtEnd"/>: how long to wait for a first assignment when the group gives none (a dead member may hold it for its session timeout).</summary>
    public TimeSpan FirstAssignmentTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>With <see cref="ExitAtEnd"/>: how long to wait for more after an assignment without partitions (others may be about to give some up).</summary>
    public TimeSpan EmptyAssignmentTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often is looked at what the topics are about to delete; default 30 s.</summary>
    public TimeSpan RetentionInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The smallest memory budget that this source can work with: one full batch with its encodings, and the client's read-ahead.</summary>
    public long SmallestMemory
    {
        get
        {
            var batch = BatchFormer.ReservationOf(BatchBytes, BatchEvents, EncodedFactor);
            return Math.Max(batch + ConsumerProperties.SmallestPrefetch, batch * ConsumerProperties.PrefetchShare / (ConsumerProperties.PrefetchShare - 1)) + 1;
        }
    }
}

/// <summary>One source of the pipeline.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Topics">Topic names, or regular expressions that start with ^.</param>
public sealed record KafkaSourceEntry(string Name, IReadOnlyList<string> Topics);

/// <summary>Where a sink begins.</summary>
/// <param name="Name">The sink's name in the pipeline.</param>
/// <param name="Start">Where it begins on a partition that it has no committed offset for.</param>
/// <param name="EncodedFactor">Bytes of its encoding of a batch, as a multiple of the batch's own; for when it reads on its own.</param>
/// <param name="Gate">The sink writes its offsets itself, in its transactions; null: the source does.</param>
public sealed record KafkaSinkStart(string Name, SinkStart Start = SinkStart.Group, double EncodedFactor = 3, OffsetGate? Gate = null);

/// <summary>Where a sink without a committed offset begins.</summary>
public enum SinkStart
{
    /// <summary>Where the main group stands; without a commit there, by auto.offset.reset (earliest unless the operator set it).</summary>
    Group,

    /// <summary>At the first record that the topic still has.</summary>
    Earliest,

    /// <summary>At the end: only what comes from now on.</summary>
    Latest,
}
