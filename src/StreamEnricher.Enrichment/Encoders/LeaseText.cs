using System.Globalization;
using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>What all events of one assignment of a partition have in common, as JSON.</summary>
internal sealed class LeaseText
{
    /// <param name="lease">The assignment. Kafka allows letters, digits, dot, dash and underscore in a topic only: nothing to escape.</param>
    public LeaseText(PartitionLease lease)
    {
        Lease = lease;
        var partition = lease.Partition.ToString(CultureInfo.InvariantCulture);
        Topic = System.Text.Encoding.UTF8.GetBytes($"\"{lease.Topic}\"");
        Position = System.Text.Encoding.UTF8.GetBytes($"\"topic\":\"{lease.Topic}\",\"partition\":{partition},\"offset\":");
        IndexedPosition = System.Text.Encoding.UTF8.GetBytes($",\"kafka_topic\":\"{lease.Topic}\",\"kafka_partition\":{partition},\"kafka_offset\":");
    }

    /// <summary>The assignment.</summary>
    public PartitionLease Lease { get; }

    /// <summary>The topic as a string.</summary>
    public byte[] Topic { get; }

    /// <summary>Members topic, partition and offset; the offset's value follows.</summary>
    public byte[] Position { get; }

    /// <summary>The same as indexed fields of a HEC envelope, behind other members.</summary>
    public byte[] IndexedPosition { get; }
}
