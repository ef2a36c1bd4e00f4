using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Kafka.Clients;

namespace StreamEnricher.Kafka.Reading;

/// <summary>Reads all that is in a topic now. Commits nothing and joins no group.</summary>
/// <param name="connection">The cluster.</param>
/// <param name="topic">The topic.</param>
/// <param name="logger">The client's log.</param>
public sealed class TopicSnapshot(KafkaConnection connection, string topic, ILogger logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>The records that were there at the start of the call, partition by partition.</summary>
    /// <exception cref="IOException">The brokers do not answer, or refuse.</exception>
    /// <exception cref="InvalidDataException">The topic does not exist.</exception>
    /// <exception cref="KafkaSetupException">The client refuses its settings.</exception>
    public async IAsyncEnumerable<FollowedRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var consumer = Consumer();
        foreach (var partition in await Task.Run(() => Partitions(consumer), cancellation).ConfigureAwait(false))
        {
            var ends = Ask(() => consumer.QueryWatermarkOffsets(partition, Patience));
            if (ends.Low.Value >= ends.High.Value)
            {
                continue;
            }

            consumer.Assign(new TopicPartitionOffset(partition, ends.Low));
            while (Ask(() => consumer.Consume(Patience)) is { } record && !record.IsPartitionEOF && record.Offset < ends.High)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return new FollowedRecord(record.Message.Key, record.Message.Value, new DateTimeOffset(record.Message.Timestamp.UtcDateTime));
            }
        }
    }

    private static T Ask<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (KafkaException error)
        {
            throw new IOException($"Kafka: {error.Error.Reason}", error);
        }
    }

    private IConsumer<byte[]?, byte[]?> Consumer()
    {
        var properties = ClientProperties.Merge(connection, null, new Dictionary<string, string>
        {
            ["group.id"] = $"{topic}.reader",
            ["enable.auto.commit"] = "false",
            ["auto.offset.reset"] = "earliest",
            ["enable.partition.eof"] = "true",
        });

        // The name of a member of the pipeline's group is none of ours.
        properties.Remove("group.instance.id");
        return ClientProperties.Build(() => new ConsumerBuilder<byte[]?, byte[]?>(properties).SetLogHandler((_, message) => ClientLog.Write(logger, message)).Build());
    }

    private List<TopicPartition> Partitions(IConsumer<byte[]?, byte[]?> consumer)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var found = Ask(() => admin.GetMetadata(topic, Patience)).Topics.Find(one => one.Topic == topic);
        return found is { Error.IsError: false }
            ? [.. found.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId))]
            : throw new InvalidDataException($"there is no topic {topic} ({found?.Error.Reason})");
    }
}
