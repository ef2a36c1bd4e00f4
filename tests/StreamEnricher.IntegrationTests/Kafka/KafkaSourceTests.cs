using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Kafka.Consuming;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.IntegrationTests.Kafka;

public sealed class KafkaSourceTests(KafkaServer server) : IClassFixture<KafkaServer>
{
    private readonly PipelineMetrics _metrics = new();
    private readonly MemoryBudget _memory = new(256 << 20);
    private readonly SourceProbe _probe = new(sinks: 1);
    private readonly string _group = "g-" + Guid.NewGuid().ToString("N");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Topics Topics => new(server.BootstrapServers);

    [Theory]
    [InlineData("classic")]
    [InlineData("consumer")]
    public async Task All_is_read_once_and_the_groups_stand_at_the_end(string protocol)
    {
        var topic = await server.CreateTopicAsync(partitions: 4);
        for (var partition = 0; partition < 4; partition++)
        {
            await Topics.WriteAsync(topic, partition, Enumerable.Range(0, 20_000).Select(static i => $"{i}"));
        }

        await RunAsync(Options(topic, protocol), _probe);
        await Topics.WriteAsync(topic, 2, "more");
        var second = new SourceProbe(sinks: 1);
        await RunAsync(Options(topic, protocol), second);

        Assert.Equal(80_000, _probe.Records.Count);
        Assert.All(
            _probe.Records.GroupBy(static record => record.Partition),
            static partition => Assert.Equal(Enumerable.Range(0, 20_000).Select(static i => (long)i), partition.Select(static record => record.Offset)));
        Assert.Equal("more", Assert.Single(second.Records).Value);
        foreach (var group in (string[])[_group, _group + ".siem"])
        {
            Assert.Equal([20_000, 20_000, 20_001, 20_000], (await Topics.CommittedAsync(group, topic, 4)).OrderBy(static pair => pair.Key).Select(static pair => pair.Value));
        }
    }

    [Theory]
    [InlineData("classic")]
    [InlineData("consumer")]
    public async Task A_second_member_takes_over_half_of_the_partitions_without_loss(string protocol)
    {
        var topic = await server.CreateTopicAsync(partitions: 4);
        await using var first = Source(Options(topic, protocol) with { ExitAtEnd = false });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = first.RunAsync(_probe.Handlers, stop.Token);
        await SourceProbe.UntilAsync(() => _probe.Assigned.Count == 4, "the first assignment", Stop);
        await WriteToAllAsync(topic, 500);
        await SourceProbe.UntilAsync(() => _probe.Records.Count == 2000, "the first records", Stop);

        var probe = new SourceProbe(sinks: 1);
        await using var second = Source(Options(topic, protocol) with { ExitAtEnd = false });
        var other = second.RunAsync(probe.Handlers, stop.Token);
        await SourceProbe.UntilAsync(() => probe.Assigned.Count == 2, "two partitions move", Stop);
        await WriteToAllAsync(topic, 500);
        await SourceProbe.UntilAsync(() => probe.Records.Count >= 1000 && _probe.Records.Count >= 3000, "the second records", Stop);
        await stop.CancelAsync();
        await running;
        await other;

        Assert.Equal(2, _probe.Revoked.Count);
        Assert.Equal(3000, _probe.Records.Count);
        Assert.Equal(1000, probe.Records.Count);
        Assert.Empty(_probe.Faults);
        Assert.Empty(probe.Faults);
    }

    [Fact]
    public async Task The_end_is_reached_behind_transaction_markers_and_aborted_records()
    {
        var topic = await server.CreateTopicAsync();
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = server.BootstrapServers, TransactionalId = topic }).Build();
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        foreach (var (value, commit) in (ReadOnlySpan<(string, bool)>)[("kept", true), ("aborted", false)])
        {
            producer.BeginTransaction();
            producer.Produce(topic, new Message<byte[], byte[]> { Value = System.Text.Encoding.UTF8.GetBytes(value) });
            producer.Flush(TimeSpan.FromSeconds(30));
            if (commit)
            {
                producer.CommitTransaction();
            }
            else
            {
                producer.AbortTransaction();
            }
        }

        await RunAsync(Options(topic), _probe);

        Assert.Equal("kept", Assert.Single(_probe.Records).Value);
        Assert.Equal(4, (await Topics.CommittedAsync(_group + ".siem", topic, 1))[0]);
    }

    [Fact]
    public async Task A_sink_group_with_members_is_left_alone_and_reading_goes_on()
    {
        var topic = await server.CreateTopicAsync();
        await Topics.WriteAsync(topic, 0, "a", "b");
        using var intruder = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = server.BootstrapServers, GroupId = _group + ".siem", EnableAutoCommit = false }).Build();
        intruder.Subscribe(topic);
        await SourceProbe.UntilAsync(() => intruder.Consume(50) is null && intruder.Assignment.Count > 0, "the other member", Stop);

        await RunAsync(Options(topic), _probe);

        Assert.Equal(2, _probe.Records.Count);
        Assert.Empty(await Topics.CommittedAsync(_group + ".siem", topic, 1));
        Assert.Equal(2, (await Topics.CommittedAsync(_group, topic, 1))[0]);
        intruder.Close();
    }

    [Fact]
    public async Task Paused_partitions_stay_with_the_member_while_the_pipeline_is_full()
    {
        var topic = await server.CreateTopicAsync(partitions: 2);
        await WriteToAllAsync(topic, 3000, partitions: 2);
        _probe.Refuse = true;
        var options = Options(topic);
        var properties = new Dictionary<string, string> { ["max.poll.interval.ms"] = "6000", ["session.timeout.ms"] = "6000", ["heartbeat.interval.ms"] = "500" };
        var run = RunAsync(options with { Connection = options.Connection with { Properties = properties } }, _probe);
        await Task.Delay(TimeSpan.FromSeconds(9), Stop);
        _probe.Refuse = false;
        await run;

        Assert.Equal(6000, _probe.Records.Count);
        Assert.Equal(2, _probe.Assigned.Count);
        Assert.Empty(_probe.Revoked);
    }

    private KafkaSourceOptions Options(string topic, string protocol = "classic") => new()
    {
        Connection = server.Connection with { Properties = new Dictionary<string, string> { ["group.protocol"] = protocol } },
        GroupId = _group,
        Sources = [new("ids", [topic])],
        Sinks = [new("siem")],
        ExitAtEnd = true,
    };

    private async Task WriteToAllAsync(string topic, int count, int partitions = 4)
    {
        for (var partition = 0; partition < partitions; partition++)
        {
            await Topics.WriteAsync(topic, partition, Enumerable.Range(0, count).Select(static i => $"{i}"));
        }
    }

    private KafkaEventSource Source(KafkaSourceOptions options) => new(options, _memory, _metrics, TimeProvider.System, NullLogger<KafkaEventSource>.Instance);

    private async Task RunAsync(KafkaSourceOptions options, SourceProbe probe)
    {
        await using var source = Source(options);
        await source.RunAsync(probe.Handlers, Stop);
        await source.CommitAsync(probe.Progress(), Stop);
        Assert.Empty(probe.Faults);
    }
}
