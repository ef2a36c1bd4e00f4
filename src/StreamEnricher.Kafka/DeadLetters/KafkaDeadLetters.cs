using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Kafka.Clients;
using StreamEnricher.Kafka.Producing;

namespace StreamEnricher.Kafka.DeadLetters;

/// <summary>Reads and purges what <see cref="KafkaDeadLetterStore"/> has written. Commits nothing and joins no group.</summary>
/// <param name="connection">The cluster.</param>
/// <param name="topic">The dead letter topic.</param>
/// <param name="logger">The clients' log.</param>
public sealed class KafkaDeadLetters(KafkaConnection connection, string topic, ILogger logger)
{
    private const string Prefix = "dead_letter.";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>All dead letters that were there at the start of the call, partition by partition.</summary>
    /// <param name="since">Those written before are passed over where Kafka can tell; null: from the beginning.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="IOException">The brokers do not answer, or refuse.</exception>
    /// <exception cref="InvalidDataException">The topic does not exist.</exception>
    public async IAsyncEnumerable<StoredDeadLetter> ReadAsync(DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var consumer = Consumer();
        foreach (var partition in await Task.Run(() => Partitions(consumer), cancellation).ConfigureAwait(false))
        {
            var ends = Ask(() => consumer.QueryWatermarkOffsets(partition, Patience));
            var start = since is { } moment ? At(consumer, partition, moment) : ends.Low;
            if (start == Offset.End || start.Value >= ends.High.Value)
            {
                continue;
            }

            consumer.Assign(new TopicPartitionOffset(partition, start));
            while (Ask(() => consumer.Consume(Patience)) is { } record && !record.IsPartitionEOF && record.Offset < ends.High)
            {
                cancellation.ThrowIfCancellationRequested();
                yield return Letter(record);
            }
        }
    }

    /// <summary>Deletes all dead letters that were written before a moment; null: all that are there now. Kafka deletes from the beginning, so no others can be chosen.</summary>
    /// <returns>How many offsets were given up.</returns>
    /// <exception cref="IOException">The brokers do not answer, or refuse.</exception>
    public async Task<long> PurgeAsync(DateTimeOffset? until, CancellationToken cancellation)
    {
        using var consumer = Consumer();
        var ends = new List<TopicPartitionOffset>();
        long count = 0;
        foreach (var partition in await Task.Run(() => Partitions(consumer), cancellation).ConfigureAwait(false))
        {
            var range = Ask(() => consumer.QueryWatermarkOffsets(partition, Patience));
            var end = until is { } moment ? At(consumer, partition, moment) : Offset.End;
            end = end == Offset.End ? range.High : end;
            if (end.Value > range.Low.Value)
            {
                ends.Add(new TopicPartitionOffset(partition, end));
                count += end.Value - range.Low.Value;
            }
        }

        if (ends.Count > 0)
        {
            using var admin = AdminClients.Build(connection, logger);
            try
            {
                await admin.DeleteRecordsAsync(ends).ConfigureAwait(false);
            }
            catch (KafkaException error)
            {
                throw Failed(error);
            }
        }

        return count;
    }

    private static Offset At(IConsumer<byte[], byte[]> consumer, TopicPartition partition, DateTimeOffset moment) =>
        Ask(() => consumer.OffsetsForTimes([new TopicPartitionTimestamp(partition, new Timestamp(moment))], Patience))[0].Offset;

    private static T Ask<T>(Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (KafkaException error)
        {
            throw Failed(error);
        }
    }

    private static IOException Failed(KafkaException error) => new($"Kafka: {error.Error.Reason}", error);

    private IConsumer<byte[], byte[]> Consumer()
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
        return ClientProperties.Build(() => new ConsumerBuilder<byte[], byte[]>(properties).SetLogHandler((_, message) => ClientLog.Write(logger, message)).Build());
    }

    private List<TopicPartition> Partitions(IConsumer<byte[], byte[]> consumer)
    {
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var found = Ask(() => admin.GetMetadata(topic, Patience)).Topics.Find(one => one.Topic == topic);
        return found is { Error.IsError: false }
            ? [.. found.Partitions.Select(partition => new TopicPartition(topic, partition.PartitionId))]
            : throw new InvalidDataException($"there is no topic {topic}: 'streamenricher setup' makes it ({found?.Error.Reason})");
    }

    private static StoredDeadLetter Letter(ConsumeResult<byte[], byte[]> record)
    {
        var own = new List<KeyValuePair<string, byte[]?>>();
        var said = new Dictionary<string, string>(StringComparer.Ordinal);

        // The store's headers stand behind the record's own, and the last one of a name counts.
        foreach (var header in (record.Message.Headers ?? []).Reverse())
        {
            var isOurs = header.Key == EventIdHeader.Name || header.Key.StartsWith(Prefix, StringComparison.Ordinal);
            if (!isOurs || !said.TryAdd(header.Key, Encoding.UTF8.GetString(header.GetValueBytes() ?? [])))
            {
                own.Insert(0, KeyValuePair.Create<string, byte[]?>(header.Key, header.GetValueBytes()));
            }
        }

        return new StoredDeadLetter
        {
            Place = string.Create(CultureInfo.InvariantCulture, $"{record.Topic}/{record.Partition.Value}/{record.Offset.Value}"),
            EventId = said.GetValueOrDefault(EventIdHeader.Name, ""),
            Reason = Text("reason"),
            Detail = Text("detail"),
            Sink = Text("sink"),
            Topic = Text("topic"),
            Partition = (int)Number("partition"),
            Offset = Number("offset"),
            Attempts = (int)Number("attempts"),
            Time = DateTimeOffset.TryParse(Text("time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : record.Message.Timestamp.UtcDateTime,
            Timestamp = Number("timestamp"),
            Key = record.Message.Key,
            Value = record.Message.Value,
            Headers = own,
        };

        string Text(string name) => said.GetValueOrDefault(Prefix + name, "");

        long Number(string name) => long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : -1;
    }
}
