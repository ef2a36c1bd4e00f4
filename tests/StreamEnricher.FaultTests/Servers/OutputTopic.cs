using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace StreamEnricher.FaultTests.Servers;

/// <summary>A topic as a reader of committed transactions sees it.</summary>
internal static class OutputTopic
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>How often each event id is in the topic, read to its end.</summary>
    public static IReadOnlyDictionary<UInt128, int> Read(string brokers, string topic)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig
        {
            BootstrapServers = brokers,
            GroupId = topic + "-reader",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            IsolationLevel = IsolationLevel.ReadCommitted,
        }).SetLogHandler(static (_, _) => { }).Build();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = brokers }).Build();
        var partitions = admin.GetMetadata(topic, TimeSpan.FromSeconds(30)).Topics[0].Partitions.Select(partition => new TopicPartitionOffset(topic, partition.PartitionId, Offset.Beginning)).ToList();
        consumer.Assign(partitions);
        var counts = new Dictionary<UInt128, int>();
        var ended = new HashSet<int>();
        var begun = TimeProvider.System.GetTimestamp();
        while (ended.Count < partitions.Count && TimeProvider.System.GetElapsedTime(begun) < Limit)
        {
            if (consumer.Consume(200) is not { } record)
            {
                continue;
            }

            if (record.IsPartitionEOF)
            {
                ended.Add(record.Partition.Value);
            }
            else
            {
                ended.Remove(record.Partition.Value);
                var id = UInt128.Parse(Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes("event_id")), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                counts[id] = counts.GetValueOrDefault(id) + 1;
            }
        }

        return counts;
    }
}
