using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Kafka.Producing;
using StreamEnricher.Kafka.Setup;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.IntegrationTests.Kafka;

public sealed class KafkaOutputTests(KafkaServer server) : IClassFixture<KafkaServer>
{
    private static readonly PartitionLease Lease = new("ids", "suricata", 0, [0]);
    private readonly PipelineMetrics _metrics = new();
    private readonly MemoryBudget _memory = new(256 << 20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Small_records_survive_a_topic_that_refuses_their_request_for_its_size()
    {
        // The limit is on the compressed record batch: all 100 records together are over it, most alone are not, and one is.
        var random = new Random(7);
        var topic = await server.CreateTopicAsync(1, ("max.message.bytes", "10000"));
        await using var sink = Sink(topic);
        var values = Enumerable.Range(0, 100).Select(_ => Incompressible(random, 1000)).ToList();
        values[50] = Incompressible(random, 20_000);
        var source = TestBatches.Of(Lease, values);
        using var encoded = TestBatches.Encode(source);
        source.Release();

        var rejected = Assert.Single(await sink.DeliverAsync(encoded, Stop));

        Assert.Equal(50, rejected.Record);
        Assert.Equal(99, new Topics(server.BootstrapServers).Read(topic, 99).Count);
    }

    [Fact]
    public async Task A_full_batch_arrives_whole()
    {
        var topic = await server.CreateTopicAsync(partitions: 3);
        await using var sink = Sink(topic);
        var source = TestBatches.Of(Lease, [.. Enumerable.Range(0, 5000).Select(static i => $"{i} {new string('x', 800)}")]);
        using var encoded = TestBatches.Encode(source);
        source.Release();

        Assert.Empty(await sink.DeliverAsync(encoded, Stop));

        Assert.Equal(5000, new Topics(server.BootstrapServers).Read(topic, 5000).Select(static record => record.Message.Headers.GetLastBytes("event_id")).Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public async Task Setup_makes_a_dead_letter_topic_that_takes_the_largest_source_record_and_does_nothing_twice()
    {
        var source = await server.CreateTopicAsync(1, ("max.message.bytes", "3000000"));
        var dead = "it-" + Guid.NewGuid().ToString("N");
        using var setup = new KafkaTopicSetup(server.Connection, [new("ids", [source])], NullLogger<KafkaTopicSetup>.Instance);
        KafkaTopicRequest[] requests = [new(dead, DeadLetters: true), new(source)];

        var plan = await setup.PlanAsync(requests, Stop);
        Assert.Equal($"Kafka topic {dead}: create with max.message.bytes=3065536, retention.ms=2592000000", plan[0].ToString());
        Assert.Equal(KafkaTopicAction.None, plan[1].Action);
        await setup.ApplyAsync(plan, Stop);

        Assert.All(await setup.PlanAsync(requests, Stop), static change => Assert.Equal(KafkaTopicAction.None, change.Action));
        await using var store = new KafkaDeadLetterStore(
            new KafkaDeadLetterOptions { Topic = dead, Connection = server.Connection }, _memory, _metrics, TimeProvider.System, NullLogger<KafkaDeadLetterStore>.Instance);
        var batch = TestBatches.Of(Lease, new string('x', 2_999_000));
        await store.WriteAsync("*", batch, [new RejectedRecord(0, DeadLetterReason.MalformedJson, "Not JSON.")], Stop);
        batch.Release();
        Assert.Equal(2_999_000, new Topics(server.BootstrapServers).Read(dead, 1)[0].Message.Value!.Length);
    }

    [Fact]
    public async Task Setup_raises_the_limit_of_a_dead_letter_topic_that_is_too_small()
    {
        var source = await server.CreateTopicAsync();
        var dead = await server.CreateTopicAsync(1, ("max.message.bytes", "1000"), ("retention.ms", "1234567"));
        using var setup = new KafkaTopicSetup(server.Connection, [new("ids", [source])], NullLogger<KafkaTopicSetup>.Instance);

        var plan = await setup.PlanAsync([new(dead, DeadLetters: true)], Stop);
        Assert.Equal($"Kafka topic {dead}: set max.message.bytes=1114124", plan[0].ToString());
        await setup.ApplyAsync(plan, Stop);

        Assert.Equal(KafkaTopicAction.None, (await setup.PlanAsync([new(dead, DeadLetters: true)], Stop))[0].Action);
    }

    private static string Incompressible(Random random, int length)
    {
        var bytes = new byte[length * 3 / 4];
        random.NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }

    private KafkaEventSink Sink(string topic) => new(
        new KafkaSinkOptions { Name = "events", Topic = topic, Connection = server.Connection }, _memory, _metrics, TimeProvider.System, NullLogger<KafkaEventSink>.Instance);
}
