using System.Buffers.Binary;
using System.Text;

namespace StreamEnricher.Core.Batches;

/// <summary>One assignment of one partition to this process, from assigned to revoked.</summary>
/// <remarks>A partition that comes back later is a new lease: completions of the old one must not move the new one's progress.</remarks>
public sealed class PartitionLease
{
    /// <summary>The start of a sink that needs nothing of what is read under a lease.</summary>
    public const long Never = long.MaxValue;

    private readonly long[] _sinkStarts;
    private volatile bool _revoked;

    /// <param name="source">Name of the pipeline's source entry.</param>
    /// <param name="topic">Topic name.</param>
    /// <param name="partition">Partition number.</param>
    /// <param name="sinkStarts">For each sink, in the pipeline's order, the first offset that it still needs.</param>
    public PartitionLease(string source, string topic, int partition, IReadOnlyList<long> sinkStarts)
    {
        ArgumentNullException.ThrowIfNull(topic);
        Source = source;
        Topic = topic;
        Partition = partition;
        _sinkStarts = [.. sinkStarts];
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

    /// <summary>
    /// For each sink, in the pipeline's order, the first offset that it still needs from here; lower ones are not sent to it. The engine moves them: a sink that
    /// reads on its own needs none (<see cref="Never"/>).
    /// </summary>
    public IReadOnlyList<long> SinkStarts => _sinkStarts;

    /// <summary>The lowest offset that some sink needs; <see cref="Never"/> when none needs any.</summary>
    public long FirstNeeded => _sinkStarts.Length > 0 ? _sinkStarts.Min() : Never;

    /// <summary>UTF-8 topic, a zero byte, the partition as big-endian int32: the constant head of the identity.</summary>
    public ReadOnlyMemory<byte> IdentityPrefix { get; }

    /// <summary>True once the partition belongs to someone else; its completions no longer count.</summary>
    public bool Revoked => _revoked;

    /// <summary>From now on a sink needs what is read under this lease from this offset on.</summary>
    public void MoveSinkStart(int sink, long start) => Volatile.Write(ref _sinkStarts[sink], start);

    /// <summary>Ends the lease.</summary>
    public void Revoke() => _revoked = true;

    /// <inheritdoc />
    public override string ToString() => $"{Topic}/{Partition}";
}
