using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Sources;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.Cli.Benching.Load;

/// <summary>
/// Reads generated events as if they came from Kafka: a thread of its own that copies them into batches formed by the same rules and under the same budget. As fast as the
/// pipeline takes them, or at a rate whatever the pipeline does (open loop): then an event's time counts from when it was due, not from when there was room for it.
/// </summary>
/// <param name="streams">What to read; their batches take turns.</param>
/// <param name="partitions">Partitions of each stream.</param>
/// <param name="rate">Events a second; null for as fast as possible.</param>
/// <param name="options">When a batch closes.</param>
/// <param name="memory">The budget.</param>
/// <param name="arrivals">Told when the events of each batch were due.</param>
/// <param name="time">Clock.</param>
internal sealed class LoadSource(
    IReadOnlyList<LoadStream> streams, int partitions, double? rate, KafkaSourceOptions options, MemoryBudget memory, BatchArrivals arrivals, TimeProvider time) : IEventSource
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);
    private readonly BatchFormer _former = new(options, memory, time);
    private readonly SemaphoreSlim _room = new(0);
    private readonly long[] _read = new long[streams.Count];
    private readonly List<PartitionLease> _leases = [];
    private readonly List<long> _offsets = [];
    private int _turn;
    private long _formed;
    private long _begun;
    private long _batchBegun;
    private long _batchFirst;

    /// <inheritdoc />
    public IReadOnlyDictionary<TopicPartitionName, long>? EndOffsets => null;

    /// <inheritdoc />
    public string? Problem => null;

    /// <summary>The pipeline has room again: called by whoever took a batch out of its queue.</summary>
    public void SignalRoom()
    {
        if (_room.CurrentCount == 0)
        {
            _room.Release();
        }
    }

    /// <inheritdoc />
    public Task RunAsync(SourceHandlers handlers, CancellationToken stop) =>
        Task.Factory.StartNew(() => Read(handlers, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <inheritdoc />
    public Task CommitAsync(IReadOnlyList<PartitionProgress> progress, CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        memory.Released -= SignalRoom;
        _room.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Read(SourceHandlers handlers, CancellationToken stop)
    {
        foreach (var partition in Enumerable.Range(0, partitions))
        {
            foreach (var stream in streams)
            {
                _leases.Add(new PartitionLease(stream.Source, stream.Topic, partition, [.. options.Sinks.Select(static _ => 0L)]));
                _offsets.Add(0);
            }
        }

        memory.Released += SignalRoom;
        handlers.Assigned(_leases);
        _begun = time.GetTimestamp();
        while (!stop.IsCancellationRequested)
        {
            if (Append() || (_former.Current is not null && _former.Remaining == TimeSpan.Zero))
            {
                Post(handlers, stop);
            }
            else
            {
                // Nothing is due, or the budget has no room.
                _room.Wait(_former.Current is null && rate is null ? LongestWait : Tick, CancellationToken.None);
            }
        }

        _former.Drop();
    }

    /// <summary>Adds what is due to the batch; true when it is full.</summary>
    private bool Append()
    {
        var due = rate is { } perSecond ? (long)(time.GetElapsedTime(_begun).TotalSeconds * perSecond) : long.MaxValue;
        var index = _turn % _leases.Count;
        var stream = _turn % streams.Count;
        var events = streams[stream].Events;
        while (_formed < due)
        {
            var value = events[(int)(_read[stream] % events.Count)];
            if (_former.Current is null)
            {
                if (!_former.TryBegin(EventBatch.SizeOf(_leases[index], 0, value.Length, 0)))
                {
                    return false;
                }

                (_batchBegun, _batchFirst) = (time.GetTimestamp(), _formed);
            }

            if (!_former.Current!.TryAppend(_leases[index], _offsets[index], time.GetUtcNow().ToUnixTimeMilliseconds(), value, false, default, true, default))
            {
                return true;
            }

            _offsets[index]++;
            _read[stream]++;
            _formed++;
        }

        return false;
    }

    private void Post(SourceHandlers handlers, CancellationToken stop)
    {
        var batch = _former.Close();
        _turn++;
        arrivals.Add(batch, rate is { } perSecond
            ? new BatchArrival(_begun + (long)(_batchFirst / perSecond * time.TimestampFrequency), time.TimestampFrequency / perSecond)
            : new BatchArrival(_batchBegun, 0));
        while (!handlers.TryPost(batch))
        {
            if (stop.IsCancellationRequested)
            {
                batch.Release();
                return;
            }

            _room.Wait(LongestWait, CancellationToken.None);
        }
    }
}
