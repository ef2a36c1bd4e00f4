using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Kafka.DeadLetters;
using StreamEnricher.Kafka.Producing;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.IntegrationTests.Kafka;

/// <summary>Reading, purging and replaying dead letters on a real broker.</summary>
public sealed class KafkaDeadLettersTests(KafkaServer server) : IClassFixture<KafkaServer>, IDisposable
{
    private readonly PipelineMetrics _metrics = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task What_was_written_is_read_whole_and_a_time_chooses_among_it()
    {
        var topic = await server.CreateTopicAsync(3);
        await WriteAsync(topic, "first", "second", "third");
        var letters = await ReadAsync(topic, null);

        Assert.Equal(["first", "second", "third"], letters.Select(static letter => System.Text.Encoding.UTF8.GetString(letter.Value!)).Order(StringComparer.Ordinal));
        Assert.All(letters, static letter => Assert.Equal(("siem", DeadLetterReason.MappingRejected, "no", "source", 2, 3), (letter.Sink, letter.Reason, letter.Detail, letter.Topic, letter.Partition, letter.Attempts)));
        Assert.Equal([0L, 1, 2], letters.Select(static letter => letter.Offset).Order());
        Assert.All(letters, static letter => Assert.Equal(1_700_000_000_000 + letter.Offset, letter.Timestamp));
        Assert.Equal(3, (await ReadAsync(topic, TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1))).Count);
        Assert.Empty(await ReadAsync(topic, TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task Purge_deletes_all_or_what_is_older()
    {
        var topic = await server.CreateTopicAsync(2);
        await WriteAsync(topic, "a", "b", "c", "d");
        var letters = new KafkaDeadLetters(server.Connection, topic, NullLogger.Instance);

        Assert.Equal(0, await letters.PurgeAsync(TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(1), Stop));
        Assert.Equal(4, (await ReadAsync(topic, null)).Count);
        Assert.Equal(4, await letters.PurgeAsync(null, Stop));
        Assert.Empty(await ReadAsync(topic, null));
    }

    [Fact]
    public async Task A_topic_that_is_not_there_is_named_with_the_way_out()
    {
        var letters = new KafkaDeadLetters(server.Connection, "it-missing", NullLogger.Instance);
        var problem = await Assert.ThrowsAsync<InvalidDataException>(() => letters.PurgeAsync(null, Stop));
        Assert.Contains("there is no topic it-missing: 'streamenricher setup' makes it", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replay_says_in_a_header_what_the_record_was()
    {
        var source = await server.CreateTopicAsync();
        using var writer = new ReplayWriter(server.Connection, NullLogger.Instance);
        await writer.WriteAsync(Letter(source), "siem", Stop);

        var record = new Topics(server.BootstrapServers).Read(source, 1)[0];

        Assert.Equal("value"u8.ToArray(), record.Message.Value);
        Assert.Equal("key"u8.ToArray(), record.Message.Key);
        Assert.Equal(
            $$"""{"topic":"{{source}}","partition":2,"offset":17,"timestamp":99,"sink":"siem"}""",
            System.Text.Encoding.UTF8.GetString(record.Message.Headers.GetLastBytes(ReplayOrigin.HeaderName)));
        Assert.Equal("t1"u8.ToArray(), record.Message.Headers.GetLastBytes("trace"));
    }

    [Fact]
    public async Task A_record_that_its_topic_does_not_take_is_named()
    {
        var source = await server.CreateTopicAsync(1, ("max.message.bytes", "1000"));
        using var writer = new ReplayWriter(server.Connection, NullLogger.Instance);
        var random = new Random(1);
        var value = new byte[5000];
        random.NextBytes(value);
        var problem = await Assert.ThrowsAsync<IOException>(() => writer.WriteAsync(Letter(source) with { Value = value }, null, Stop));
        Assert.StartsWith($"topic {source} did not take the record: ", problem.Message, StringComparison.Ordinal);
    }

    private static StoredDeadLetter Letter(string topic) => new()
    {
        Place = "dead/0/1",
        EventId = "6f1ed002ab5595859014ebf0951522d9",
        Reason = DeadLetterReason.MappingRejected,
        Detail = "no",
        Sink = "siem",
        Topic = topic,
        Partition = 2,
        Offset = 17,
        Time = DateTimeOffset.UnixEpoch,
        Timestamp = 99,
        Key = "key"u8.ToArray(),
        Value = "value"u8.ToArray(),
        Headers = [KeyValuePair.Create<string, byte[]?>("trace", "t1"u8.ToArray())],
    };

    private async Task WriteAsync(string topic, params string[] values)
    {
        await using var store = new KafkaDeadLetterStore(
            new KafkaDeadLetterOptions { Topic = topic, Connection = server.Connection }, new MemoryBudget(64 << 20), _metrics, TimeProvider.System, NullLogger<KafkaDeadLetterStore>.Instance);
        var batch = TestBatches.Of(new PartitionLease("ids", "source", 2, [0]), values);
        await store.WriteAsync("siem", batch, [.. values.Select(static (_, i) => new RejectedRecord(i, DeadLetterReason.MappingRejected, "no", 3))], Stop);
        batch.Release();
    }

    private async Task<List<StoredDeadLetter>> ReadAsync(string topic, DateTimeOffset? since)
    {
        var letters = new List<StoredDeadLetter>();
        await foreach (var letter in new KafkaDeadLetters(server.Connection, topic, NullLogger.Instance).ReadAsync(since, Stop))
        {
            letters.Add(letter);
        }

        return letters;
    }
}
