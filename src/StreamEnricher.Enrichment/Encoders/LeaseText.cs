using System.Globalization;
using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>What all events of one assignment of a partition have in common, as JSON.</summary>
internal sealed class LeaseText
{
    /// <param name="lease">The assignment.</param>
    public LeaseText(PartitionLease lease)
        : this(lease.Topic, lease.Partition)
    {
        Lease = lease;
    }

    /// <summary>The same of the partition that a replayed record stood in first.</summary>
    /// <param name="topic">Topic. Kafka allows letters, digits, dot, dash and underscore only: nothing to escape.</param>
    /// <param name="partition">Partition.</param>
    public LeaseText(string topic, int partition)
    {
        var number = partition.ToString(CultureInfo.InvariantCulture);
        var name = $"\"{topic}\"";
        var position = $"\"topic\":\"{topic}\",\"partition\":{number},\"offset\":";
        var indexed = $",\"kafka_topic\":\"{topic}\",\"kafka_partition\":{number},\"kafka_offset\":";
        Bytes = [.. System.Text.Encoding.UTF8.GetBytes(name + position + indexed), .. new byte[EventBatch.Padding]];
        Topic = new FieldValue(ValuePlace.Lease, 0, name.Length);
        Position = new FieldValue(ValuePlace.Lease, name.Length, position.Length);
        IndexedPosition = new FieldValue(ValuePlace.Lease, name.Length + position.Length, indexed.Length);
    }

    /// <summary>The assignment; null for the place of a replayed record.</summary>
    public PartitionLease? Lease { get; }

    /// <summary>The bytes of all texts, and padding.</summary>
    public byte[] Bytes { get; }

    /// <summary>The topic as a string.</summary>
    public FieldValue Topic { get; }

    /// <summary>Members topic, partition and offset; the offset's value follows.</summary>
    public FieldValue Position { get; }

    /// <summary>The same as indexed fields of a HEC envelope, behind other members.</summary>
    public FieldValue IndexedPosition { get; }
}
