using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Kafka.Consuming;
using StreamEnricher.Kafka.Producing;
using StreamEnricher.Kafka.Transactions;
using StreamEnricher.Testing.Engine;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.IntegrationTests.Kafka;

/// <summary>Outputs and offsets of a sink that delivers exactly once, on a real broker.</summary>
public sealed class TransactionalSinkTests(KafkaServer server) : IClassFixture<KafkaServer>
{
    private readonly PipelineMetrics _metrics = new();
    private readonly MemoryBudget _memory = new(256 << 20);
    private readonly RecordingDeadLetters _letters = new();
    private readonly string _group = "g-" + Guid.NewGuid().ToString("N");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_and_its_offsets_are_committed_together()
    {
        var (source, output) = (await server.CreateTopicAsync(), await server.CreateTopicAsync());
        using var gate = new OffsetGate();
        await using var sink = Sink(output, gate);
        var lease = new PartitionLease("ids", source, 0, [0]);

        Assert.Empty(await DeliverAsync(sink, lease, "a", "b"));

        Assert.Equal(["a", "b"], Read(output, 2));
        Assert.Equal(2, (await new Topics(server.BootstrapServers).CommittedAsync($"{_group}.events", source, 1))[0]);
        Assert.True(await gate.TryCommitAsync([new TopicPartitionOffset(source, 0, 1)], static _ => throw new InvalidOperationException("an older place was written")));
    }

    [Fact]
    public async Task A_record_that_the_topic_refuses_is_durable_before_the_transaction_that_passes_it()
    {
        var (source, output) = (await server.CreateTopicAsync(), await server.CreateTopicAsync(1, ("max.message.bytes", "2000")));
        using var gate = new OffsetGate();
        await using var sink = Sink(output, gate);
        var lease = new PartitionLease("ids", source, 0, [0]);

        Assert.Empty(await DeliverAsync(sink, lease, "a", Incompressible(5000), "b"));

        Assert.Equal(["a", "b"], Read(output, 2).Order());
        Assert.Equal(("events", 1, DeadLetterReason.KafkaRejected), (_letters.All.Single().Sink, _letters.All.Single().Offset, _letters.All.Single().Reason));
    }

    [Fact]
    public async Task Nothing_of_a_partition_that_belongs_to_others_is_written()
    {
        var (source, output) = (await server.CreateTopicAsync(2), await server.CreateTopicAsync());
        using var gate = new OffsetGate();
        await using var sink = Sink(output, gate);
        var (ours, theirs) = (new PartitionLease("ids", source, 0, [0]), new PartitionLease("ids", source, 1, [0]));
        var batch = new EventBatch(4096, 2, MemoryLease.Unlimited);
        batch.TryAppend(ours, 0, 0, "ours"u8, false, default, true, default);
        batch.TryAppend(theirs, 0, 0, "theirs"u8, false, default, true, default);
        theirs.Revoke();
        using var encoded = TestBatches.Encode(batch);
        batch.Release();

        await sink.DeliverAsync(encoded, Stop);

        Assert.Equal(["ours"], Read(output, 1));
        Assert.Equal([0], (await new Topics(server.BootstrapServers).CommittedAsync($"{_group}.events", source, 2)).Keys);
    }

    [Fact]
    public async Task A_former_member_of_the_group_commits_nothing()
    {
        var (source, output) = (await server.CreateTopicAsync(), await server.CreateTopicAsync());
        await new Topics(server.BootstrapServers).WriteAsync(source, 0, "x");
        using var gate = new OffsetGate();
        await using var sink = Sink(output, gate);
        var probe = new SourceProbe(1);
        var zombie = Source(source, gate);
        _ = zombie.RunAsync(probe.Handlers, Stop);
        await SourceProbe.UntilAsync(() => probe.Assigned.Count == 1, "it is assigned", Stop);
        var fence = gate.Fence!([new TopicPartition(source, 0)]);
        await zombie.DisposeAsync();

        // As if it had not noticed: its lease is not revoked, and it shows the membership that it had.
        gate.Fence = _ => fence;
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        giveUp.CancelAfter(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DeliverAsync(sink, new PartitionLease("ids", source, 0, [0]), giveUp.Token, "late"));

        Assert.Empty(Read(output, 0));
        Assert.False((await new Topics(server.BootstrapServers).CommittedAsync($"{_group}.events", source, 1)).TryGetValue(0, out var place) && place > 0);
    }

    private static Task<IReadOnlyList<RejectedRecord>> DeliverAsync(TransactionalSink sink, PartitionLease lease, params string[] values) => DeliverAsync(sink, lease, Stop, values);

    private static async Task<IReadOnlyList<RejectedRecord>> DeliverAsync(TransactionalSink sink, PartitionLease lease, CancellationToken cancellation, params string[] values)
    {
        var source = TestBatches.Of(lease, values);
        using var encoded = TestBatches.Encode(source);
        source.Release();
        return await sink.DeliverAsync(encoded, cancellation);
    }

    private TransactionalSink Sink(string output, OffsetGate gate) => new(
        new KafkaSinkOptions { Name = "events", Topic = output, Connection = server.Connection }, _group, gate, _letters, _memory, _metrics, TimeProvider.System,
        NullLogger<TransactionalSink>.Instance);

    private KafkaEventSource Source(string topic, OffsetGate gate) => new(
        new KafkaSourceOptions { Connection = server.Connection, GroupId = _group, Sources = [new("ids", [topic])], Sinks = [new("events", Gate: gate)] },
        _memory, _metrics, TimeProvider.System, NullLogger<KafkaEventSource>.Instance);

    /// <summary>What a reader of committed transactions sees of a topic, up to its end.</summary>
    private List<string> Read(string topic, int least)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig
        {
            BootstrapServers = server.BootstrapServers,
            GroupId = "reader-of-" + topic,
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            IsolationLevel = IsolationLevel.ReadCommitted,
        }).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, Offset.Beginning));
        var values = new List<string>();
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(20))
        {
            if (consumer.Consume(100) is not { } record)
            {
                continue;
            }

            if (!record.IsPartitionEOF)
            {
                values.Add(Encoding.UTF8.GetString(record.Message.Value));
            }
            else if (values.Count >= least)
            {
                return values;
            }
        }

        return values;
    }

    private static string Incompressible(int length)
    {
        var bytes = new byte[length];
        new Random(7).NextBytes(bytes);
        return Convert.ToBase64String(bytes);
    }
}
