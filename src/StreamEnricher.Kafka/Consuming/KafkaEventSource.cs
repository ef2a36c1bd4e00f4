using System.Diagnostics.Metrics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Sources;
using StreamEnricher.Kafka.Clients;
using StreamEnricher.Kafka.Interop;
using StreamEnricher.Kafka.Retention;
using StreamEnricher.Kafka.Transactions;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>Reads topics as a member of a consumer group, on one thread of its own, and commits the progress of the pipeline and of each sink.</summary>
/// <remarks>
/// After reading has ended the thread stays in the group, paused, so that a drain is not cut short and others' rebalances do not wait; dispose leaves the group.
/// The engine commits for the last time with <see cref="CommitAsync"/> before it disposes; partitions that go at dispose are not asked for again.
/// </remarks>
public sealed class KafkaEventSource : IEventSource
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan MetadataTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MetadataRetry = TimeSpan.FromSeconds(1);
    private readonly KafkaSourceOptions _options;
    private readonly ConsumerProperties _properties;
    private readonly SourceTopics _topics;
    private readonly MemoryBudget _memory;
    private readonly PipelineMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly IAdminClient _admin;
    private readonly GroupOffsets _groups;
    private readonly ProgressWriter _progress;
    private readonly ExpiredRecords _expired;
    private readonly RetentionWatch _retention;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _dispose = new();
    private readonly CancellationTokenSource _endWatch = new();
    private Assignment? _assignment;
    private PollLoop? _loop;
    private IReadOnlyDictionary<TopicPartitionName, long>? _noEnds;
    private bool _closing;
    private Thread? _thread;
    private Task _watching = Task.CompletedTask;

    /// <exception cref="KafkaSetupException">The client refuses its settings, or a topic pattern is invalid.</exception>
    public KafkaEventSource(KafkaSourceOptions options, MemoryBudget memory, PipelineMetrics metrics, TimeProvider time, ILogger<KafkaEventSource> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(metrics);
        (_options, _memory, _metrics, _time, _logger) = (options, memory, metrics, time, logger);
        _topics = new SourceTopics(options.Sources);
        _properties = ConsumerProperties.Of(options, memory.Limit);
        memory.ReserveForever(_properties.PrefetchBytes);
        _consumer = ClientProperties.Build(() => new ConsumerBuilder<byte[], byte[]>(_properties.All)
            .SetLogHandler((_, message) => ClientLog.Write(logger, message))
            .SetErrorHandler((_, error) => _loop?.Report(error))
            .SetPartitionsAssignedHandler((_, partitions) => _assignment!.OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => _assignment!.OnRevoked(partitions.Select(static partition => partition.TopicPartition)))
            .SetPartitionsLostHandler((_, partitions) => _assignment!.OnLost(partitions.Select(static partition => partition.TopicPartition)))
            .Build());
        _admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        _expired = new ExpiredRecords(metrics, logger);
        _groups = new GroupOffsets(_admin, options, _properties, _expired, time, logger);
        ResolveStarts = _groups.ResolveAsync;
        _progress = new ProgressWriter(_consumer, _groups, options, logger);
        _retention = new RetentionWatch(_admin, _progress, options, time, logger);
        foreach (var sink in options.Sinks)
        {
            if (sink.Gate is { } gate)
            {
                gate.Fence = Fence;
            }
        }

        metrics.Observe("streamenricher.source.lag_records", "Records between what is committed and the end of the partition; topic, partition.", SourceLag);
        metrics.Observe("streamenricher.sink.lag_records", "Records between what the sink has settled and the end of the partition; sink, topic, partition.", SinkLag);
        metrics.Observe("streamenricher.retention.seconds", "How long until the topic deletes what the sink has not settled; sink, topic, partition.", () => _retention.Report.Sinks.Select(one =>
            new Measurement<double>(one.Left.TotalSeconds, new("sink", options.Sinks[one.Sink].Name), new("topic", one.Partition.Topic), new("partition", one.Partition.Partition))));
    }

    /// <inheritdoc />
    public IReadOnlyDictionary<TopicPartitionName, long>? EndOffsets => _noEnds ?? _assignment?.Ends;

    /// <inheritdoc />
    public RetentionReport Retention => _retention.Report;

    /// <inheritdoc />
    public string? Problem => EndOffsets is null ? $"no partition is assigned yet: waiting for {_options.Connection}" : null;

    /// <summary>Finds where to begin; tests put a failing one in its place.</summary>
    internal Func<IReadOnlyList<TopicPartition>, Task<IReadOnlyDictionary<TopicPartition, PartitionStart>>> ResolveStarts { get; set; }

    /// <summary>Read with the native batch call; tests turn it off.</summary>
    internal bool ReadsBatches { get; set; } = true;

    /// <inheritdoc />
    /// <exception cref="KafkaSetupException">A topic is missing, or the client failed for good.</exception>
    public Task RunAsync(SourceHandlers handlers, CancellationToken stop)
    {
        if (_thread is not null)
        {
            throw new InvalidOperationException("A source runs once.");
        }

        _assignment = new Assignment(_options, _topics, partitions => ResolveStarts(partitions), _time, _logger)
        {
            Handlers = handlers,
            Progress = _progress,
            Reader = OpenReader(),
        };
        var run = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _thread = new Thread(() => Work(_assignment, run, stop)) { IsBackground = true, Name = "kafka-poll" };
        _thread.Start();
        _watching = Task.Run(() => _retention.RunAsync(_endWatch.Token), CancellationToken.None);
        return run.Task;
    }

    /// <inheritdoc />
    public Task CommitAsync(IReadOnlyList<PartitionProgress> progress, CancellationToken cancellation) => _progress.CommitAsync(progress, cancellation);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_endWatch.IsCancellationRequested)
        {
            return;
        }

        // Before the client is closed: a request of its admin client would never be answered.
        await _endWatch.CancelAsync();
        await _watching;
        await _dispose.CancelAsync();
        if (_thread is null)
        {
            Close();
        }

        try
        {
            await _closed.Task.WaitAsync(CloseTimeout, _time);
        }
        catch (TimeoutException)
        {
            Log.CloseTimedOut(_logger, CloseTimeout);
            return;
        }

        _groups.Dispose();
        _admin.Dispose();
        _consumer.Dispose();
        _progress.Dispose();
        _dispose.Dispose();
        _endWatch.Dispose();
    }

    /// <summary>Proof for the broker that partitions are this process's.</summary>
    private GroupFence Fence(IReadOnlyList<TopicPartition> partitions)
    {
        // One that was thrown out of the group and has not noticed has no member id, and its metadata would be taken for those of somebody who never joins.
        var metadata = _consumer.ConsumerGroupMetadata;
        return new GroupFence(string.IsNullOrEmpty(_consumer.MemberId) ? null : metadata, _progress.MainPlaces(partitions));
    }

    private RecordReader OpenReader()
    {
        if (!ReadsBatches)
        {
            return new RecordReader(_consumer, null);
        }

        var native = NativeBatchReader.TryOpen(_consumer.Handle, out var problem);
        if (native is null)
        {
            Log.NoBatchReading(_logger, problem);
        }

        return new RecordReader(_consumer, native);
    }

    private void Work(Assignment assignment, TaskCompletionSource run, CancellationToken stop)
    {
        using var loop = _loop = new PollLoop(_options, _consumer, assignment, _memory, _metrics, _expired, _time, _logger);
        try
        {
            Read(loop, assignment, stop);
            loop.End();
            run.SetResult();
            while (!_dispose.IsCancellationRequested)
            {
                loop.Idle();
            }
        }
        catch (Exception error)
        {
            // What is in the pipeline can still be settled and committed, so the group is left at dispose only.
            loop.End();
            if (!run.TrySetException(error))
            {
                Log.FailedWhileDraining(_logger, error);
            }

            _dispose.Token.WaitHandle.WaitOne();
        }

        Close();
    }

    private void Read(PollLoop loop, Assignment assignment, CancellationToken stop)
    {
        var begun = _time.GetTimestamp();
        if (!Subscribe(loop, stop))
        {
            return;
        }

        while (!stop.IsCancellationRequested && !_dispose.IsCancellationRequested)
        {
            loop.Step();
            if (_options.ExitAtEnd && loop.AtEnd && (assignment.Partitions.Count > 0 || NothingComes(assignment, begun)))
            {
                return;
            }
        }
    }

    /// <summary>Subscribes once the brokers have told which topics there are; false when there is nothing to read.</summary>
    private bool Subscribe(PollLoop loop, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var existing = _admin.GetMetadata(MetadataTimeout).Topics.Select(static topic => topic.Topic).ToHashSet(StringComparer.Ordinal);
                return Subscribe(existing);
            }
            catch (KafkaException error)
            {
                loop.Report(error.Error);
                stop.WaitHandle.WaitOne(MetadataRetry);
            }
        }

        return false;
    }

    private bool Subscribe(HashSet<string> existing)
    {
        var missing = _topics.Missing(existing);
        if (missing.Count > 0 && !_properties.AllowsTopicCreation)
        {
            throw new KafkaSetupException(
                $"At {_options.Connection.BootstrapServers} there is no topic {string.Join(", ", missing.Select(static entry => $"{entry.Topic} (source {entry.Source})"))}, "
                + "or this user may not describe it. Create it, correct its name under sources, or set kafka.properties allow.auto.create.topics: true.");
        }

        if (missing.Count == 0 && _topics.Matching(existing).Count == 0)
        {
            Log.NothingMatches(_logger, string.Join(", ", _topics.Subscription));
            if (_options.ExitAtEnd)
            {
                _noEnds = new Dictionary<TopicPartitionName, long>();
                return false;
            }
        }

        _consumer.Subscribe(_topics.Subscription);
        return true;
    }

    private bool NothingComes(Assignment assignment, long begun)
    {
        var waited = assignment.FirstCallback is { } first
            ? _time.GetElapsedTime(first) > _options.EmptyAssignmentTimeout
            : _time.GetElapsedTime(begun) > _options.FirstAssignmentTimeout;
        if (waited)
        {
            _noEnds = new Dictionary<TopicPartitionName, long>();
            Log.NothingAssigned(_logger, _options.GroupId);
        }

        return waited;
    }

    private void Close()
    {
        try
        {
            Volatile.Write(ref _closing, true);
            if (_assignment is not null)
            {
                _assignment.Closing = true;
                _assignment.Reader.Dispose();
            }

            _consumer.Close();
        }
        catch (KafkaException error)
        {
            Log.Retrying(_logger, error.Error.Reason);
        }
        finally
        {
            _closed.SetResult();
        }
    }

    private IEnumerable<Measurement<long>> SourceLag() =>
        from partition in Lags()
        where partition.Main >= 0
        select new Measurement<long>(Math.Max(0, partition.High - partition.Main), new("topic", partition.Topic), new("partition", partition.Partition));

    private IEnumerable<Measurement<long>> SinkLag() =>
        from partition in Lags()
        from sink in _options.Sinks.Select((sink, index) => (sink.Name, Settled: partition.BySink[index]))
        where sink.Settled >= 0
        select new Measurement<long>(
            Math.Max(0, partition.High - sink.Settled), new("sink", sink.Name), new("topic", partition.Topic), new("partition", partition.Partition));

    private IEnumerable<(string Topic, int Partition, long High, long Main, long[] BySink)> Lags()
    {
        foreach (var (lease, main, bySink) in _progress.Snapshot())
        {
            if (Volatile.Read(ref _closing))
            {
                yield break;
            }

            // What the last fetch told: no request is made.
            var high = _consumer.GetWatermarkOffsets(new TopicPartition(lease.Topic, lease.Partition)).High.Value;
            if (high >= 0)
            {
                yield return (lease.Topic, lease.Partition, high, main, bySink);
            }
        }
    }
}
