using Confluent.Kafka;

namespace StreamEnricher.Testing.Kafka;

/// <summary>Writes and reads whole topics with a plain client, as other programs around the product do.</summary>
public sealed class Topics(string bootstrapServers)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    /// <summary>Writes records to one partition, in order; returns the offset of the first.</summary>
    public async Task<long> WriteAsync(string topic, int partition, params IEnumerable<Message<byte[], byte[]?>> records)
    {
        using var producer = new ProducerBuilder<byte[], byte[]?>(new ProducerConfig { BootstrapServers = bootstrapServers, Acks = Acks.All, LingerMs = 1 }).Build();
        var reports = records.Select(record => producer.ProduceAsync(new TopicPartition(topic, partition), record)).ToList();
        var results = await Task.WhenAll(reports);
        return results.Min(static result => result.Offset.Value);
    }

    /// <summary>Writes texts to one partition, in order; returns the offset of the first.</summary>
    public Task<long> WriteAsync(string topic, int partition, params IEnumerable<string> values) =>
        WriteAsync(topic, partition, values.Select(static value => new Message<byte[], byte[]?> { Value = System.Text.Encoding.UTF8.GetBytes(value) }));

    /// <summary>Reads so many records from the start of a topic, in no order across partitions.</summary>
    /// <exception cref="TimeoutException">They did not come within 30 seconds.</exception>
    public List<ConsumeResult<byte[]?, byte[]?>> Read(string topic, int count)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig { BootstrapServers = bootstrapServers, GroupId = "reader-of-" + topic, EnableAutoCommit = false })
            .Build();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).Build();
        var partitions = admin.GetMetadata(topic, Timeout).Topics[0].Partitions;
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(topic, partition.PartitionId, Offset.Beginning)));
        var records = new List<ConsumeResult<byte[]?, byte[]?>>();
        var deadline = TimeProvider.System.GetTimestamp();
        while (records.Count < count)
        {
            if (consumer.Consume(100) is { } record)
            {
                records.Add(record);
            }
            else if (TimeProvider.System.GetElapsedTime(deadline) > Timeout)
            {
                throw new TimeoutException($"{records.Count} of {count} records came from {topic}.");
            }
        }

        return records;
    }

    /// <summary>The committed offset of a group for each partition that has one.</summary>
    public async Task<IReadOnlyDictionary<int, long>> CommittedAsync(string group, string topic, int partitions)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).Build();
        var asked = Enumerable.Range(0, partitions).Select(partition => new TopicPartition(topic, partition)).ToList();
        var answers = await admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(group, asked)]);
        return answers[0].Partitions.Where(static partition => partition.Offset.Value >= 0)
            .ToDictionary(static partition => partition.Partition.Value, static partition => partition.Offset.Value);
    }
}
