using Confluent.Kafka;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;
using StreamEnricher.Kafka.Retention;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>Reads assigned partitions into batches until each has come to its end. Belongs to one thread.</summary>
/// <remarks>No group waits for this consumer, so while there is no room it simply waits; what the client reads ahead meanwhile is bounded.</remarks>
internal sealed class CatchUpLoop : IDisposable
{
    private const int IdlePoll = 100;
    private static readonly TimeSpan RoomInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan WatermarkTimeout = TimeSpan.FromSeconds(5);
    private readonly string _sink;
    private readonly Dictionary<(string Topic, int Partition), Reading> _partitions;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly RecordReader _reader;
    private readonly BatchFormer _former;
    private readonly Func<EventBatch, bool> _tryPost;
    private readonly ClientErrors _errors;
    private readonly ExpiredRecords _expired;
    private KafkaException? _outOfRange;
    private EventBatch? _ready;

    /// <param name="sink">The sink's name.</param>
    /// <param name="partitions">What to read.</param>
    /// <param name="consumer">The consumer, assigned.</param>
    /// <param name="reader">Its records.</param>
    /// <param name="former">Forms batches.</param>
    /// <param name="tryPost">Takes batches.</param>
    /// <param name="errors">Told of the client's errors.</param>
    /// <param name="expired">Told of what has expired.</param>
    public CatchUpLoop(
        string sink, IReadOnlyList<CatchUpPartition> partitions, IConsumer<byte[], byte[]> consumer, RecordReader reader, BatchFormer former,
        Func<EventBatch, bool> tryPost, ClientErrors errors, ExpiredRecords expired)
    {
        (_sink, _consumer, _reader, _former, _tryPost, _errors, _expired) = (sink, consumer, reader, former, tryPost, errors, expired);
        _partitions = partitions.ToDictionary(static one => (one.Lease.Topic, one.Lease.Partition), static one => new Reading(one));
    }

    private bool IsAtEnd => _partitions.Values.All(static partition => partition.Position >= partition.Until);

    /// <summary>Reads until all is posted, or until stopped.</summary>
    /// <exception cref="KafkaException">The client failed for good, or a partition does not hold what it should.</exception>
    public void Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (!TryStep())
            {
                stop.WaitHandle.WaitOne(RoomInterval);
            }
            else if (IsAtEnd && _ready is null && _former.Current is null)
            {
                return;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _former.Drop();
        _ready?.Release();
        _ready = null;
    }

    /// <summary>One turn; false when there is no room.</summary>
    private bool TryStep()
    {
        if (_ready is not null && !TryPost())
        {
            return false;
        }

        while (_reader.TryPeek(out var record))
        {
            if (!TryTake(record, out var batchIsFull))
            {
                return batchIsFull && CloseAndPost();
            }

            _reader.Advance();
        }

        if (_outOfRange is { } cause && !TryPassExpired(cause))
        {
            return false;
        }

        if (_former.Current is { } batch && (batch.Count == batch.MaxEvents || _former.Remaining == TimeSpan.Zero || IsAtEnd))
        {
            return CloseAndPost();
        }

        Poll(_former.Current is null ? IdlePoll : Math.Min(IdlePoll, (int)Math.Ceiling(_former.Remaining.TotalMilliseconds)));
        return true;
    }

    private bool TryTake(in RecordView record, out bool batchIsFull)
    {
        batchIsFull = false;
        if (!_partitions.TryGetValue((record.Topic, record.Partition), out var partition)
            || record.Offset < partition.Position || partition.Position >= partition.Until || (record.IsEnd && record.Offset == partition.Position))
        {
            return true;
        }

        var lease = partition.Lease;
        if (_former.Current is null && !_former.TryBegin(EventBatch.SizeOf(lease, record.Key.Length, record.Value.Length, record.Headers.Length)))
        {
            return false;
        }

        // Offsets without a record for us (transaction markers, aborted or compacted records, tombstones) are covered too.
        var batch = _former.Current!;
        Cover(batch, partition, Math.Min(record.Offset, partition.Until));
        if (record.IsEnd || partition.Position >= partition.Until)
        {
            return true;
        }

        if (record.ValueIsNull || partition.HasAlready(record.Offset))
        {
            Cover(batch, partition, record.Offset + 1);
            return true;
        }

        if (!batch.TryAppend(lease, record.Offset, record.Timestamp, record.Value, false, record.Key, record.KeyIsNull, record.Headers))
        {
            batchIsFull = true;
            return false;
        }

        partition.Position = record.Offset + 1;
        return true;
    }

    private static void Cover(EventBatch batch, Reading partition, long next)
    {
        if (next > partition.Position)
        {
            batch.Advance(partition.Lease, partition.Position, next);
            partition.Position = next;
        }
    }

    private bool CloseAndPost()
    {
        _ready = _former.Close();
        if (_ready.Count > 0)
        {
            _errors.Recovered();
        }

        return TryPost();
    }

    private bool TryPost()
    {
        if (!_tryPost(_ready!))
        {
            return false;
        }

        _ready = null;
        return true;
    }

    private void Poll(int timeoutMilliseconds)
    {
        try
        {
            _reader.Poll(timeoutMilliseconds);
        }
        catch (KafkaException error) when (error.Error.Code == ErrorCode.Local_AutoOffsetReset || error.Error.Code == ErrorCode.OffsetOutOfRange)
        {
            // The client says so once and reads no more of the partition; with records that it read before the position may have moved on.
            _outOfRange = error;
        }
        catch (KafkaException error) when (!error.Error.IsFatal && error.Error.Code != ErrorCode.Local_Fatal)
        {
            _errors.Report(error.Error);
        }
    }

    /// <summary>Goes on behind what a topic does not have any more; false when there is no room for the batch that covers it.</summary>
    private bool TryPassExpired(KafkaException cause)
    {
        foreach (var partition in _partitions.Values)
        {
            var name = new TopicPartition(partition.Lease.Topic, partition.Lease.Partition);
            var bounds = _consumer.QueryWatermarkOffsets(name, WatermarkTimeout);
            if (partition.Position > bounds.High.Value)
            {
                // The topic was made anew: only a restart finds the sink's place in it.
                throw new KafkaException(cause.Error, cause);
            }

            if (bounds.Low.Value <= partition.Position || partition.Position >= partition.Until)
            {
                continue;
            }

            if (_former.Current is null && !_former.TryBegin(0))
            {
                return false;
            }

            var next = Math.Min(bounds.Low.Value, partition.Until);
            _expired.Report(_sink, name.Topic, name.Partition.Value, partition.Position, next);
            Cover(_former.Current!, partition, next);
            _consumer.Seek(new TopicPartitionOffset(name, partition.Position));
        }

        _outOfRange = null;
        return true;
    }

    private sealed class Reading(CatchUpPartition partition)
    {
        public PartitionLease Lease => partition.Lease;

        public long Until => partition.Until;

        public bool HasAlready(long offset) => partition.HasAlready(offset);

        public long Position { get; set; } = partition.From;
    }
}
