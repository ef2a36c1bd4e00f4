using System.Collections.ObjectModel;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>The partitions that the group gives to this process: where each begins, and what happens when one goes. Belongs to the poll thread.</summary>
/// <remarks>
/// The handlers run inside the client's poll. A partition whose sinks' offsets cannot be looked up in time is assigned without a lease, paused and tried again:
/// to begin anywhere else could skip records.
/// </remarks>
internal sealed class Assignment(
    KafkaSourceOptions options, SourceTopics topics, Func<IReadOnlyList<TopicPartition>, Task<IReadOnlyDictionary<TopicPartition, PartitionStart>>> resolve,
    TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RevokeCommitTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private readonly Dictionary<TopicPartition, AssignedPartition> _partitions = [];
    private long _lastLookup;
    private AssignedPartition? _lastFound;
    private bool _mustPause;
    private volatile IReadOnlyDictionary<TopicPartitionName, long>? _ends;

    /// <summary>The engine; set before the first poll.</summary>
    public required SourceHandlers Handlers { get; init; }

    /// <summary>Commits progress.</summary>
    public required ProgressWriter Progress { get; init; }

    /// <summary>Holds records that were not passed on.</summary>
    public required RecordReader Reader { get; init; }

    /// <summary>All partitions, those without a lease too.</summary>
    public IReadOnlyCollection<AssignedPartition> Partitions => _partitions.Values;

    /// <summary>When the group spoke first; null before.</summary>
    public long? FirstCallback { get; private set; }

    /// <summary>Ends of the partitions at their assignment, of those that are still here; null before the first assignment. Read by other threads.</summary>
    public IReadOnlyDictionary<TopicPartitionName, long>? Ends => _ends;

    /// <summary>Reading has ended: new partitions get no lease.</summary>
    public bool Ended { get; set; }

    /// <summary>The engine has reported for the last time: nothing is asked of it any more.</summary>
    public bool Closing { get; set; }

    /// <summary>Some partition waits for its sinks' offsets.</summary>
    public bool HasPending => _partitions.Values.Any(static partition => partition.Lease is null);

    /// <summary>A partition, if it is here.</summary>
    public AssignedPartition? Find(string topic, int partition)
    {
        if (_lastFound is { } last && last.Name.Partition.Value == partition && last.Name.Topic == topic)
        {
            return last;
        }

        return _lastFound = _partitions.GetValueOrDefault(new TopicPartition(topic, partition));
    }

    /// <summary>Partitions come: gives the offset to begin at for each.</summary>
    public IEnumerable<TopicPartitionOffset> OnAssigned(IReadOnlyList<TopicPartition> names)
    {
        FirstCallback ??= time.GetTimestamp();
        var starts = Ended ? null : Lookup(names, options.OffsetLookupTimeout);
        foreach (var name in names)
        {
            _partitions[name] = new AssignedPartition(name);
        }

        _mustPause = true;
        if (starts is not null)
        {
            Begin(names, starts);
        }

        // Those that must wait begin nowhere in particular, but not by the reset policy: it would stop them for good.
        return [.. names.Select(name => new TopicPartitionOffset(name, starts is null ? Offset.Beginning : _partitions[name].Position))];
    }

    /// <summary>Partitions go to another member: what is settled is committed first.</summary>
    public void OnRevoked(IEnumerable<TopicPartition> names)
    {
        var gone = Remove(names);
        if (!Closing && gone.Count > 0)
        {
            Progress.Commit(Handlers.Revoked(gone), RevokeCommitTimeout);
            Log.Revoked(logger, gone, options.GroupId);
        }

        End(gone);
    }

    /// <summary>Partitions went without notice: committing would disturb their new owner.</summary>
    public void OnLost(IEnumerable<TopicPartition> names)
    {
        var gone = Remove(names);
        if (!Closing && gone.Count > 0)
        {
            Handlers.Revoked(gone);
            Log.Lost(logger, gone, options.GroupId);
        }

        End(gone);
    }

    /// <summary>After each poll: pauses what must not be read, and tries to get the offsets that are missing.</summary>
    /// <param name="consumer">The consumer.</param>
    /// <param name="paused">Reading as a whole is paused.</param>
    public void AfterPoll(IConsumer<byte[], byte[]> consumer, bool paused)
    {
        if (_mustPause)
        {
            // Not in the handler: the client refuses it there.
            _mustPause = false;
            consumer.Pause(_partitions.Values.Where(partition => paused || Ended || partition.Lease is null).Select(static partition => partition.Name));
        }

        if (Ended || !HasPending || time.GetElapsedTime(_lastLookup) < RetryInterval)
        {
            return;
        }

        var names = _partitions.Values.Where(static partition => partition.Lease is null).Select(static partition => partition.Name).ToList();
        if (Lookup(names, TimeSpan.Zero) is not { } starts)
        {
            return;
        }

        Begin(names, starts);
        try
        {
            names.ForEach(name => consumer.Seek(new TopicPartitionOffset(name, _partitions[name].Position)));
        }
        catch (KafkaException error)
        {
            // Begun and not positioned: begin it anew later.
            Log.OffsetsUnknown(logger, names, error.Error.Reason);
            var gone = Remove(names);
            Handlers.Revoked(gone);
            End(gone);
            names.ForEach(name => _partitions[name] = new AssignedPartition(name));
            return;
        }

        if (!paused)
        {
            consumer.Resume(names);
        }
    }

    private void Begin(IReadOnlyList<TopicPartition> names, IReadOnlyDictionary<TopicPartition, PartitionStart> starts)
    {
        var leases = new List<PartitionLease>(names.Count);
        foreach (var name in names)
        {
            var lease = new PartitionLease(topics.SourceOf(name.Topic), name.Topic, name.Partition.Value, starts[name].SinkStarts);
            Progress.Track(lease, starts[name]);
            leases.Add(lease);
        }

        if (leases.Count > 0)
        {
            Log.Assigned(logger, leases, options.GroupId);
            Handlers.Assigned(leases);
        }

        // Only now: a sink that is far behind the others reads on its own, and the engine has said so.
        for (var i = 0; i < leases.Count; i++)
        {
            _partitions[names[i]].Begin(leases[i], starts[names[i]]);
        }

        PublishEnds();
    }

    /// <summary>Asks until the time is over, at least once; null when there was no answer.</summary>
    private IReadOnlyDictionary<TopicPartition, PartitionStart>? Lookup(IReadOnlyList<TopicPartition> names, TimeSpan limit)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            _lastLookup = time.GetTimestamp();
            try
            {
                return resolve(names).GetAwaiter().GetResult();
            }
            catch (KafkaException error)
            {
                if (time.GetElapsedTime(begun) + FirstRetry > limit)
                {
                    Log.OffsetsUnknown(logger, names, error.Error.Reason);
                    return null;
                }
            }

            Task.Delay(FirstRetry, time).GetAwaiter().GetResult();
        }
    }

    private List<PartitionLease> Remove(IEnumerable<TopicPartition> names)
    {
        var set = names.ToHashSet();
        Reader.Drop(set);
        _lastFound = null;
        var gone = new List<PartitionLease>();
        foreach (var name in set)
        {
            if (_partitions.Remove(name, out var partition) && partition.Lease is { } lease)
            {
                gone.Add(lease);
            }
        }

        return gone;
    }

    private void End(List<PartitionLease> gone)
    {
        foreach (var lease in gone)
        {
            lease.Revoke();
            Progress.Forget(lease);
        }

        if (!Closing)
        {
            PublishEnds();
        }
    }

    private void PublishEnds() =>
        _ends = new ReadOnlyDictionary<TopicPartitionName, long>(_partitions.Values.Where(static partition => partition.Lease is not null)
            .ToDictionary(static partition => new TopicPartitionName(partition.Name.Topic, partition.Name.Partition.Value), static partition => partition.End));
}
