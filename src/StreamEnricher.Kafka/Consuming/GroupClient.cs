using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Kafka.Clients;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>Reads and writes the committed offsets of one consumer group without being a member of it.</summary>
/// <remarks>
/// A client of its own a group, and not the admin client, whose requests to a group's coordinator abort the whole process when the broker's connection drops
/// at the wrong moment (librdkafka issue 4605, pull request 5397).
/// </remarks>
internal sealed class GroupClient : IDisposable
{
    /// <summary>Longest wait for a coordinator, and for its answer.</summary>
    private const string TimeoutMilliseconds = "6000";

    /// <summary>What makes a client a member, or what only the new group protocol knows: it would have the broker refuse commits from outside.</summary>
    private static readonly string[] OfMembers =
        ["group.protocol", "group.remote.assignor", "group.instance.id", "partition.assignment.strategy", "heartbeat.interval.ms", "max.poll.interval.ms"];

    private readonly IConsumer<byte[], byte[]> _consumer;
    private readonly Lock _gate = new();
    private int _calls;
    private bool _disposed;

    /// <exception cref="KafkaSetupException">The client refuses its settings.</exception>
    public GroupClient(KafkaConnection connection, string groupId, ILogger logger)
    {
        GroupId = groupId;
        var clients = connection with { Properties = connection.Properties.Where(static one => !OfMembers.Contains(one.Key)).ToDictionary() };
        var properties = ClientProperties.Merge(clients, required: new Dictionary<string, string>
        {
            ["group.id"] = groupId,
            ["enable.auto.commit"] = "false",
            ["session.timeout.ms"] = TimeoutMilliseconds,
            ["socket.timeout.ms"] = TimeoutMilliseconds,
        });

        // The source's client, which reads from the same brokers, tells of their errors.
        _consumer = ClientProperties.Build(() => new ConsumerBuilder<byte[], byte[]>(properties)
            .SetLogHandler((_, message) => ClientLog.Write(logger, message))
            .SetErrorHandler(static (_, _) => { })
            .Build());
    }

    /// <summary>The group.</summary>
    public string GroupId { get; }

    /// <summary>Committed offsets, -1 for none.</summary>
    /// <exception cref="KafkaException">There was no answer in time, or not about all partitions.</exception>
    public Task<Dictionary<TopicPartition, long>> ReadAsync(IReadOnlyList<TopicPartition> partitions, TimeSpan timeout) => CallAsync(() =>
        _consumer.Committed(partitions, timeout).ToDictionary(static answer => answer.TopicPartition, static answer => Math.Max(-1, answer.Offset.Value)));

    /// <summary>Commits offsets.</summary>
    /// <exception cref="KafkaException">Not all were written.</exception>
    public Task CommitAsync(IReadOnlyList<TopicPartitionOffset> offsets) => CallAsync(() =>
    {
        // Serves the client's events; it has no records.
        _consumer.Consume(TimeSpan.Zero);
        _consumer.Commit(offsets);
        return true;
    });

    /// <summary>Closes the client. While a call waits for the brokers its handle stays valid, and the last call closes it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (_calls > 0)
            {
                return;
            }
        }

        _consumer.Dispose();
    }

    private Task<T> CallAsync<T>(Func<T> call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _calls++;
        }

        return Task.Run(() =>
        {
            try
            {
                return call();
            }
            finally
            {
                End();
            }
        });
    }

    private void End()
    {
        lock (_gate)
        {
            if (--_calls > 0 || !_disposed)
            {
                return;
            }
        }

        _consumer.Dispose();
    }
}
