using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Kafka.Clients;

namespace StreamEnricher.Kafka.Reading;

/// <summary>
/// Reads a topic from its beginning and goes on with what is written to it. Joins no group and commits nothing: whoever follows builds its state anew at each start, as
/// compacted topics are made for. The topic may not be there yet.
/// </summary>
public sealed class TopicFollower : IAsyncDisposable
{
    /// <summary>Bytes that the client reads ahead, for the budget.</summary>
    public const long PrefetchBytes = 8 << 20;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookForPartitions = TimeSpan.FromMinutes(1);

    private readonly string _topic;
    private readonly Action<FollowedRecord> _take;
    private readonly Action _caughtUp;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Dictionary<string, string> _properties;
    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<int> _assigned = [];
    private readonly HashSet<int> _unread = [];
    private Task _work = Task.CompletedTask;
    private string? _lastProblem;
    private bool _isCaughtUp;

    /// <param name="connection">The cluster.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="take">Gets each record; calls come one after the other. Must not throw.</param>
    /// <param name="caughtUp">Called once, when all that was there at the start has been taken.</param>
    /// <param name="time">Clock of waits.</param>
    /// <param name="logger">Trouble with the brokers.</param>
    public TopicFollower(KafkaConnection connection, string topic, Action<FollowedRecord> take, Action caughtUp, TimeProvider time, ILogger logger)
    {
        (_topic, _take, _caughtUp, _time, _logger) = (topic, take, caughtUp, time, logger);
        _properties = ClientProperties.Merge(connection, null, new Dictionary<string, string>
        {
            ["group.id"] = $"{topic}.follower",
            ["enable.auto.commit"] = "false",
            ["auto.offset.reset"] = "earliest",
            ["enable.partition.eof"] = "true",
            ["queued.max.messages.kbytes"] = (PrefetchBytes >> 10).ToString(System.Globalization.CultureInfo.InvariantCulture),
        });

        // The name of a member of the pipeline's group is none of ours.
        _properties.Remove("group.instance.id");
    }

    /// <summary>Begins to read.</summary>
    /// <exception cref="KafkaSetupException">The client refuses its settings.</exception>
    public void Start()
    {
        var consumer = Build();
        _work = Task.Factory.StartNew(() => RunAsync(consumer), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        _stop.Dispose();
    }

    private IConsumer<byte[]?, byte[]?> Build() => ClientProperties.Build(
        () => new ConsumerBuilder<byte[]?, byte[]?>(_properties).SetLogHandler((_, message) => ClientLog.Write(_logger, message)).Build());

    private async Task RunAsync(IConsumer<byte[]?, byte[]?> first)
    {
        var consumer = first;
        while (!_stop.IsCancellationRequested)
        {
            using (consumer)
            {
                try
                {
                    await FollowAsync(consumer).ConfigureAwait(false);
                    return;
                }
                catch (KafkaException error)
                {
                    Say(error.Error.Reason);
                }
            }

            // A client that failed for good is made anew; what it read before comes again and is the same.
            _assigned.Clear();
            await WaitAsync(Again).ConfigureAwait(false);
            consumer = Build();
        }

        consumer.Dispose();
    }

    private async Task FollowAsync(IConsumer<byte[]?, byte[]?> consumer)
    {
        var looked = 0L;
        while (!_stop.IsCancellationRequested)
        {
            if (_assigned.Count == 0 || _time.GetElapsedTime(looked) > LookForPartitions)
            {
                looked = _time.GetTimestamp();
                if (!Assign(consumer))
                {
                    await WaitAsync(Again).ConfigureAwait(false);
                    continue;
                }
            }

            try
            {
                if (consumer.Consume(Poll) is { } result)
                {
                    Take(result);
                }
            }
            catch (ConsumeException error) when (!error.Error.IsFatal)
            {
                Say(error.Error.Reason);
                await WaitAsync(Again).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes partitions that are new; false when the topic has none.</summary>
    private bool Assign(IConsumer<byte[]?, byte[]?> consumer)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var found = admin.GetMetadata(_topic, Patience).Topics.Find(one => one.Topic == _topic);
        if (found is not { Error.IsError: false, Partitions.Count: > 0 })
        {
            Say($"there is no topic {_topic} yet ({found?.Error.Reason})");
            return _assigned.Count > 0;
        }

        var more = found.Partitions.Select(static partition => partition.PartitionId).Where(_assigned.Add).ToList();
        if (more.Count > 0)
        {
            _unread.UnionWith(more);
            consumer.IncrementalAssign(more.Select(partition => new TopicPartitionOffset(_topic, partition, Offset.Beginning)));
        }

        return true;
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> result)
    {
        _lastProblem = null;
        if (!result.IsPartitionEOF)
        {
            _take(new FollowedRecord(result.Message.Key, result.Message.Value, new DateTimeOffset(result.Message.Timestamp.UtcDateTime)));
        }
        else if (_unread.Remove(result.Partition.Value) && _unread.Count == 0 && !_isCaughtUp)
        {
            _isCaughtUp = true;
            _caughtUp();
        }
    }

    private void Say(string problem)
    {
        if (_lastProblem != problem)
        {
            _lastProblem = problem;
            Log.CannotFollow(_logger, _topic, problem);
        }
    }

    private async Task WaitAsync(TimeSpan time)
    {
        await Task.Delay(time, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
