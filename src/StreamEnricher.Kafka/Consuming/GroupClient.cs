using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Kafka.Clients;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>Reads and writes the committed offsets of one consumer group without being a member of it. Thread-safe.</summary>
/// <remarks>
/// A client of its own a group, and not the admin client, whose requests to a group's coordinator abort the whole process when the broker's connection drops
/// at the wrong moment (librdkafka issue 4605, pull request 5397). A commit can hang for ever when the coordinator goes at the wrong moment
/// (confluent-kafka-dotnet issue 1595): such a client is replaced.
/// </remarks>
internal sealed class GroupClient : IDisposable
{
    /// <summary>Longest wait of the client for a coordinator, and for its answer.</summary>
    private const string TimeoutMilliseconds = "6000";

    /// <summary>Well above what the client takes to give up by itself: to find the coordinator, to send, to try again.</summary>
    private static readonly TimeSpan FirstPatience = TimeSpan.FromSeconds(20);

    /// <summary>Each client that hangs keeps a thread and a connection, so the next is given longer.</summary>
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(10);

    /// <summary>What makes a client a member, or what only the new group protocol knows: it would have the broker refuse commits from outside.</summary>
    private static readonly string[] OfMembers =
        ["group.protocol", "group.remote.assignor", "group.instance.id", "partition.assignment.strategy", "heartbeat.interval.ms", "max.poll.interval.ms"];

    private readonly Func<IConsumer<byte[], byte[]>> _create;
    private readonly string _groupId;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private LastingConsumer _consumer;
    private TimeSpan _patience = FirstPatience;
    private bool _disposed;

    /// <param name="create">Makes a consumer that never joins the group.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="time">Clock of the longest wait.</param>
    /// <param name="logger">Log.</param>
    public GroupClient(Func<IConsumer<byte[], byte[]>> create, string groupId, TimeProvider time, ILogger logger)
    {
        (_create, _groupId, _time, _logger) = (create, groupId, time, logger);
        _consumer = new LastingConsumer(create());
    }

    /// <exception cref="KafkaSetupException">The client refuses its settings.</exception>
    public static GroupClient Of(KafkaConnection connection, string groupId, TimeProvider time, ILogger logger)
    {
        var properties = Properties(connection, groupId);

        // The source's client, which reads from the same brokers, tells of their errors.
        return new GroupClient(
            () => ClientProperties.Build(() => new ConsumerBuilder<byte[], byte[]>(properties)
                .SetLogHandler((_, message) => ClientLog.Write(logger, message))
                .SetErrorHandler(static (_, _) => { })
                .Build()),
            groupId,
            time,
            logger);
    }

    /// <summary>The consumer's settings: nothing of them makes it a member.</summary>
    public static Dictionary<string, string> Properties(KafkaConnection connection, string groupId) => ClientProperties.Merge(
        WithoutMembership(connection),
        required: new Dictionary<string, string>
        {
            ["group.id"] = groupId,
            ["enable.auto.commit"] = "false",
            ["session.timeout.ms"] = TimeoutMilliseconds,
            ["socket.timeout.ms"] = TimeoutMilliseconds,
        });

    /// <summary>The connection as a client needs it that is no member of its group.</summary>
    public static KafkaConnection WithoutMembership(KafkaConnection connection) =>
        connection with { Properties = connection.Properties.Where(static one => !OfMembers.Contains(one.Key)).ToDictionary() };

    /// <summary>Committed offsets, -1 for none.</summary>
    /// <exception cref="KafkaException">There was no answer in time, or not about all partitions.</exception>
    public Task<Dictionary<TopicPartition, long>> ReadAsync(IReadOnlyList<TopicPartition> partitions, TimeSpan timeout) => _consumer.CallAsync(consumer =>
        consumer.Committed(partitions, timeout).ToDictionary(static answer => answer.TopicPartition, static answer => Math.Max(-1, answer.Offset.Value)));

    /// <summary>The group as a transaction names it: without a member.</summary>
    public Task<IConsumerGroupMetadata> MetadataAsync() => _consumer.CallAsync(static consumer => consumer.ConsumerGroupMetadata);

    /// <summary>Commits offsets.</summary>
    /// <exception cref="KafkaException">Not all were written, or there was no answer.</exception>
    public async Task CommitAsync(IReadOnlyList<TopicPartitionOffset> offsets)
    {
        var consumer = _consumer;
        try
        {
            await consumer.CallAsync(client =>
            {
                // Serves the client's events; it has no records.
                client.Consume(TimeSpan.Zero);
                client.Commit(offsets);
                return true;
            }).WaitAsync(_patience, _time);
            _patience = FirstPatience;
        }
        catch (TimeoutException)
        {
            Replace(consumer);
            throw new KafkaException(new Error(ErrorCode.Local_TimedOut, "the client did not answer and was replaced"));
        }
    }

    /// <summary>Closes the client, when its last call has returned.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _consumer.Dispose();
        }
    }

    private void Replace(LastingConsumer hanging)
    {
        lock (_gate)
        {
            hanging.Dispose();
            if (_disposed || _consumer != hanging)
            {
                return;
            }

            Log.GroupClientHangs(_logger, _groupId, _patience);
            _patience = _patience < LongestPatience / 2 ? 2 * _patience : LongestPatience;
            _consumer = new LastingConsumer(_create());
        }
    }
}
