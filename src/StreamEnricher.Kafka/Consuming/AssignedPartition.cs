using Confluent.Kafka;
using StreamEnricher.Core.Batches;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>A partition that this process has at the moment. Belongs to the poll thread.</summary>
internal sealed class AssignedPartition(TopicPartition name)
{
    /// <summary>Which.</summary>
    public TopicPartition Name { get; } = name;

    /// <summary>Its lease; null while the sinks' committed offsets are not known, and then nothing is read.</summary>
    public PartitionLease? Lease { get; private set; }

    /// <summary>The next offset to read: everything below is in a batch or was covered by one.</summary>
    public long Position { get; set; }

    /// <summary>The end at the time of assignment.</summary>
    public long End { get; private set; }

    /// <summary>Records read since they were last counted.</summary>
    public long Uncounted { get; set; }

    /// <summary>All that was there at the time of assignment has been read.</summary>
    public bool AtEnd => Lease is not null && Position >= End;

    /// <summary>Gives it its lease and start. Reading begins where the first sink needs it; when none does, where the foremost stands.</summary>
    public void Begin(PartitionLease lease, PartitionStart start)
    {
        Lease = lease;
        Position = lease.FirstNeeded == PartitionLease.Never ? start.SinkStarts.Append(start.Offset).Max() : lease.FirstNeeded;
        End = start.End;
    }
}
