using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Kafka.Retention;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>Reads records into batches and hands them on; holds and pauses when they do not fit. Belongs to the poll thread.</summary>
internal sealed class PollLoop : IDisposable
{
    private const int IdlePoll = 100;
    private const int PausedPoll = 10;
    private const int HoldStep = 5;

    /// <summary>
    /// How long a full pipeline is waited for before partitions are paused. A pause throws away what the client has read ahead, so short waits go without one;
    /// meanwhile the client's own thread keeps the membership alive, and a rebalance waits no longer than this.
    /// </summary>
    private static readonly TimeSpan PauseAfter = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan WatermarkTimeout = TimeSpan.FromSeconds(5);
    private readonly KafkaSourceOptions _options;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly Assignment _assignment;
    private readonly RecordReader _reader;
    private readonly BatchFormer _former;
    private readonly MemoryBudget _memory;
    private readonly PipelineMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ClientErrors _errors;
    private readonly ExpiredRecords _expired;
    private readonly AutoResetEvent _room = new(false);
    private EventBatch? _ready;
    private KafkaException? _outOfRange;
    private long? _heldSince;
    private bool _paused;

    public PollLoop(
        KafkaSourceOptions options, IConsumer<byte[], byte[]> consumer, Assignment assignment, MemoryBudget memory, PipelineMetrics metrics, ExpiredRecords expired,
        TimeProvider time, ILogger logger)
    {
        _options = options;
        _consumer = consumer;
        _assignment = assignment;
        _reader = assignment.Reader;
        _former = new BatchFormer(options, memory, time);
        _memory = memory;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _errors = new ClientErrors(logger);
        _expired = expired;
        memory.Released += OnRoom;
    }

    private enum Taken
    {
        Done,
        BatchFull,
        NoMemory,
    }

    /// <summary>Everything that was there at the assignments has been handed on.</summary>
    public bool AtEnd => _ready is null && _former.Current is null && !_assignment.HasPending && _assignment.Partitions.All(static partition => partition.AtEnd);

    /// <summary>One turn: hands on what is ready, takes what was read, reads more. Blocks for at most a tenth of a second.</summary>
    /// <exception cref="KafkaSetupException">The client failed for good.</exception>
    public void Step()
    {
        if (_ready is not null && !TryPost())
        {
            Hold();
            return;
        }

        while (_reader.TryPeek(out var record))
        {
            var taken = Take(record);
            if (taken == Taken.NoMemory || (taken == Taken.BatchFull && !CloseAndPost()))
            {
                Hold();
                return;
            }

            if (taken == Taken.Done)
            {
                _reader.Advance();
            }
        }

        if (_outOfRange is { } cause && !TryPassExpired(cause))
        {
            Hold();
            return;
        }

        if (_former.Current is { } batch && (batch.Count == batch.MaxEvents || _former.Remaining == TimeSpan.Zero || ReadToEnd()) && !CloseAndPost())
        {
            Hold();
            return;
        }

        EndHold();
        Poll(_former.Current is null ? IdlePoll : Math.Min(IdlePoll, (int)Math.Ceiling(_former.Remaining.TotalMilliseconds)));
    }

    /// <summary>Ends reading: pauses everything and lets go of what was not handed on, which will be read again.</summary>
    public void End()
    {
        _assignment.Ended = true;
        _former.Drop();
        _ready?.Release();
        _ready = null;
        _reader.Clear();
        Pause();
    }

    /// <summary>Stays in the group without reading, until the source is disposed.</summary>
    public void Idle()
    {
        Poll(IdlePoll);
        _reader.Clear();
    }

    /// <summary>Notes an error of the client; logged when it is another one than before.</summary>
    public void Report(Error error) => _errors.Report(error);

    /// <inheritdoc />
    public void Dispose()
    {
        _memory.Released -= OnRoom;
        _room.Dispose();
    }

    private void OnRoom()
    {
        try
        {
            _room.Set();
        }
        catch (ObjectDisposedException)
        {
            // The last batches may come back while the source is being disposed: nobody waits for room any more.
        }
    }

    private void Poll(int timeoutMilliseconds)
    {
        try
        {
            _reader.Poll(timeoutMilliseconds);
        }
        catch (KafkaException error) when (error.Error.IsFatal || error.Error.Code == ErrorCode.Local_Fatal)
        {
            throw new KafkaSetupException(
                $"The Kafka consumer of group {_options.GroupId} failed for good: {error.Error.Reason}."
                + (error.Error.Code == ErrorCode.FencedInstanceId ? " Another process has the same group.instance.id: give each its own." : " Start the process again."),
                error);
        }
        catch (KafkaException error) when (error.Error.Code == ErrorCode.Local_AutoOffsetReset || error.Error.Code == ErrorCode.OffsetOutOfRange)
        {
            // The client says so once and reads no more of the partition.
            _outOfRange = error;
        }
        catch (KafkaException error)
        {
            Report(error.Error);
        }

        _assignment.AfterPoll(_consumer, _paused);
    }

    /// <summary>Goes on behind what a topic does not have any more; false when there is no room for the batch that covers it.</summary>
    /// <exception cref="KafkaSetupException">The topic ends before the position: it was made anew, or brokers lost its end.</exception>
    private bool TryPassExpired(KafkaException cause)
    {
        foreach (var partition in _assignment.Partitions.Where(static partition => partition.Lease is not null))
        {
            var bounds = _consumer.QueryWatermarkOffsets(partition.Name, WatermarkTimeout);
            if (partition.Position > bounds.High.Value)
            {
                throw new KafkaSetupException(
                    $"{partition.Name.Topic}/{partition.Name.Partition.Value} ends at {bounds.High.Value}, and was read up to {partition.Position}: the topic was made anew, or brokers lost its end. Start the process again: it finds where to begin.",
                    cause);
            }

            if (bounds.Low.Value <= partition.Position)
            {
                continue;
            }

            if (_former.Current is null && !_former.TryBegin(0))
            {
                return false;
            }

            var lease = partition.Lease!;
            for (var sink = 0; sink < lease.SinkStarts.Count; sink++)
            {
                // A sink that reads on its own tells of its own losses.
                if (Math.Max(partition.Position, lease.SinkStarts[sink]) is var first && first < bounds.Low.Value)
                {
                    _expired.Report(_options.Sinks[sink].Name, lease.Topic, lease.Partition, first, bounds.Low.Value);
                }
            }

            _former.Current!.Advance(lease, partition.Position, bounds.Low.Value);
            partition.Position = bounds.Low.Value;
            _consumer.Seek(new TopicPartitionOffset(partition.Name, partition.Position));
        }

        _outOfRange = null;
        return true;
    }

    private Taken Take(in RecordView record)
    {
        var partition = _assignment.Find(record.Topic, record.Partition);
        if (partition?.Lease is not { } lease || record.Offset < partition.Position || (record.IsEnd && record.Offset == partition.Position))
        {
            return Taken.Done;
        }

        if (_former.Current is null && !_former.TryBegin(EventBatch.SizeOf(lease, record.Key.Length, record.Value.Length, record.Headers.Length)))
        {
            return Taken.NoMemory;
        }

        EndHold();
        var batch = _former.Current!;
        if (record.Offset > partition.Position)
        {
            // Offsets without a record for us: transaction markers, aborted or compacted records.
            batch.Advance(lease, partition.Position, record.Offset);
            partition.Position = record.Offset;
        }

        if (record.IsEnd)
        {
            return Taken.Done;
        }

        if (record.ValueIsNull)
        {
            batch.Advance(lease, record.Offset, record.Offset + 1);
            _metrics.SourceSkipped.Add(1, new KeyValuePair<string, object?>("reason", "tombstone"));
        }
        else if (!batch.TryAppend(lease, record.Offset, record.Timestamp, record.Value, false, record.Key, record.KeyIsNull, record.Headers))
        {
            return Taken.BatchFull;
        }

        partition.Position = record.Offset + 1;
        partition.Uncounted++;
        return Taken.Done;
    }

    private bool CloseAndPost()
    {
        _ready = _former.Close();
        _metrics.BatchEvents.Record(_ready.Count);
        foreach (var range in _ready.Ranges)
        {
            if (_assignment.Find(range.Lease.Topic, range.Lease.Partition) is { Uncounted: > 0 } partition)
            {
                _metrics.SourceRecords.Add(partition.Uncounted, new("source", range.Lease.Source), new("topic", range.Lease.Topic));
                partition.Uncounted = 0;
            }
        }

        if (_ready.Count > 0)
        {
            _errors.Recovered();
        }

        return TryPost();
    }

    private bool TryPost()
    {
        if (!_assignment.Handlers.TryPost(_ready!))
        {
            return false;
        }

        _ready = null;
        EndHold();
        return true;
    }

    private bool ReadToEnd() => _options.ExitAtEnd && !_assignment.HasPending && _assignment.Partitions.All(static partition => partition.AtEnd);

    /// <summary>There is no room: wait a moment, and when it takes longer pause and keep polling, so that the group keeps this member.</summary>
    private void Hold()
    {
        _heldSince ??= _time.GetTimestamp();
        if (!_paused)
        {
            if (_time.GetElapsedTime(_heldSince.Value) < PauseAfter)
            {
                _room.WaitOne(HoldStep);
                return;
            }

            Pause();
            Log.Paused(_logger);
        }

        Poll(PausedPoll);
    }

    private void EndHold()
    {
        _heldSince = null;
        if (_paused)
        {
            _paused = false;
            Switch(_consumer.Resume, _assignment.Partitions.Where(static partition => partition.Lease is not null));
            Log.Resumed(_logger);
        }
    }

    private void Pause()
    {
        _paused = true;
        Switch(_consumer.Pause, _assignment.Partitions);
    }

    private void Switch(Action<IEnumerable<TopicPartition>> state, IEnumerable<AssignedPartition> partitions)
    {
        try
        {
            state(partitions.Select(static partition => partition.Name));
        }
        catch (KafkaException error)
        {
            // A partition has just gone elsewhere, which the next poll tells; the others are switched.
            Report(error.Error);
        }
    }
}
