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
        Topic = System.Text.Encoding.UTF8.GetBytes($"\"{topic}\"");
        Position = System.Text.Encoding.UTF8.GetBytes($"\"topic\":\"{topic}\",\"partition\":{number},\"offset\":");
        IndexedPosition = System.Text.Encoding.UTF8.GetBytes($",\"kafka_topic\":\"{topic}\",\"kafka_partition\":{number},\"kafka_offset\":");
    }

    /// <summary>The assignment; null for the place of a replayed record.</summary>
    public PartitionLease? Lease { get; }

    /// <summary>The topic as a string.</summary>
    public byte[] Topic { get; }

    /// <summary>Members topic, partition and offset; the offset's value follows.</summary>
    public byte[] Position { get; }

    /// <summary>The same as indexed fields of a HEC envelope, behind other members.</summary>
    public byte[] IndexedPosition { get; }
}
