using System.Buffers.Binary;
using System.Text;

namespace StreamEnricher.Core.Batches;

/// <summary>One assignment of one partition to this process, from assigned to revoked.</summary>
/// <remarks>A partition that comes back later is a new lease: completions of the old one must not move the new one's progress.</remarks>
public sealed class PartitionLease
{
    private volatile bool _revoked;

    /// <param name="source">Name of the pipeline's source entry.</param>
    /// <param name="topic">Topic name.</param>
    /// <param name="partition">Partition number.</param>
    /// <param name="sinkStarts">For each sink, in the pipeline's order, the first offset that it still needs.</param>
    public PartitionLease(string source, string topic, int partition, long[] sinkStarts)
    {
        ArgumentNullException.ThrowIfNull(topic);
        Source = source;
        Topic = topic;
        Partition = partition;
        SinkStarts = sinkStarts;
        var prefix = new byte[Encoding.UTF8.GetByteCount(topic) + 1 + sizeof(int)];
        var length = Encoding.UTF8.GetBytes(topic, prefix);
        BinaryPrimitives.WriteInt32BigEndian(prefix.AsSpan(length + 1), partition);
        IdentityPrefix = prefix;
    }

    /// <summary>Name of the pipeline's source entry.</summary>
    public string Source { get; }

    /// <summary>Topic name.</summary>
    public string Topic { get; }

    /// <summary>Partition number.</summary>
    public int Partition { get; }

    /// <summary>For each sink, in the pipeline's order, the first offset that it still needs; lower ones are not sent to it again.</summary>
    public IReadOnlyList<long> SinkStarts { get; }

    /// <summary>UTF-8 topic, a zero byte, the partition as big-endian int32: the constant head of the identity.</summary>
    public ReadOnlyMemory<byte> IdentityPrefix { get; }

    /// <summary>True once the partition belongs to someone else; its completions no longer count.</summary>
    public bool Revoked => _revoked;

    /// <summary>Ends the lease.</summary>
    public void Revoke() => _revoked = true;

    /// <inheritdoc />
    public override string ToString() => $"{Topic}/{Partition}";
}
