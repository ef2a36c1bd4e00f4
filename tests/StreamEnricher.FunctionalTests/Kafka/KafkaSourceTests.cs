using System.Diagnostics.Metrics;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Sources;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Consuming;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.FunctionalTests.Kafka;

public sealed class KafkaSourceTests : IAsyncDisposable
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();
    private readonly PipelineMetrics _metrics = new();
    private readonly MemoryBudget _memory = new(256 << 20);
    private readonly SourceProbe _probe = new(sinks: 2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Topics Topics => new(_broker.BootstrapServers);

    private KafkaSourceOptions Options => new()
    {
        Connection = _broker.Connection,
        GroupId = "g",
        Sources = [new("ids", ["suricata"])],
        Sinks = [new("siem"), new("archive")],
        ExitAtEnd = true,
    };

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(_probe.Faults);
        _metrics.Dispose();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Every_record_comes_once_in_order_with_its_offset()
    {
        for (var partition = 0; partition < EmbeddedBroker.PartitionsPerTopic; partition++)
        {
            await Topics.WriteAsync("suricata", partition, Enumerable.Range(0, 2000).Select(i => $"{partition}-{i}"));
        }

        await RunAsync(Options with { BatchEvents = 700 });

        Assert.Equal(8000, _probe.Records.Count);
        foreach (var partition in _probe.Records.GroupBy(static record => record.Partition))
        {
            Assert.Equal(Enumerable.Range(0, 2000).Select(static i => (long)i), partition.Select(static record => record.Offset));
            Assert.All(partition, record => Assert.Equal($"{record.Partition}-{record.Offset}", record.Value));
        }

        Assert.All(_probe.Records, static record => Assert.Equal("ids", record.Source));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Key_value_headers_and_timestamp_are_kept_with_and_without_batch_reading(bool batches)
    {
        var headers = new Headers { { "trace", "a"u8.ToArray() }, { "none", null }, { "trace", "b"u8.ToArray() } };
        await Topics.WriteAsync("suricata", 0, Enumerable.Range(0, 300).Select(i => new Message<byte[], byte[]?>
        {
            Key = i % 3 == 0 ? null! : Encoding.UTF8.GetBytes($"k{i}"),
            Value = i % 7 == 0 ? [] : Encoding.UTF8.GetBytes($"v{i}"),
            Headers = i % 2 == 0 ? headers : null,
            Timestamp = new Timestamp(1_700_000_000_000 + i, TimestampType.CreateTime),
        }));

        await using var source = Source(Options);
        source.ReadsBatches = batches;
        await source.RunAsync(_probe.Handlers, Stop);

        Assert.Equal(
            Enumerable.Range(0, 300).Select(static i => new SeenRecord(
                "ids", "suricata", 0, i, i % 7 == 0 ? string.Empty : $"v{i}", i % 3 == 0 ? null : $"k{i}", i % 2 == 0 ? "trace=a;none=(null);trace=b" : string.Empty, 1_700_000_000_000 + i)),
            _probe.Records);
    }

    [Fact]
    public void Batch_reading_works_with_this_version_of_the_client()
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = _broker.BootstrapServers, GroupId = "g" }).Build();
        using var native = StreamEnricher.Kafka.Interop.NativeBatchReader.TryOpen(consumer.Handle, out var problem);
        Assert.True(native is not null, problem);
    }

    [Fact]
    public async Task Tombstones_are_skipped_counted_and_covered()
    {
        var skipped = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument, _metrics.SourceSkipped))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => skipped += tags[0].Value is "tombstone" ? value : 0);
        listener.Start();
        await Topics.WriteAsync("suricata", 0, [Record("a"), Record(null), Record("b"), Record(null)]);

        await RunAsync(Options);

        Assert.Equal(["a", "b"], _probe.Records.Select(static record => record.Value));
        Assert.Equal(2, skipped);
        Assert.Equal(4, (await Topics.CommittedAsync("g", "suricata", 4))[0]);
        Assert.Equal(4, (await Topics.CommittedAsync("g.siem", "suricata", 4))[0]);
    }

    [Fact]
    public async Task Each_sink_starts_at_its_own_committed_offset_and_reading_at_the_lowest()
    {
        await Topics.WriteAsync("suricata", 1, Enumerable.Range(0, 10).Select(static i => $"{i}"));
        await RunAsync(Options);
        await Topics.WriteAsync("suricata", 1, Enumerable.Range(10, 10).Select(static i => $"{i}"));
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _broker.BootstrapServers }).Build())
        {
            await admin.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets("g.archive", [new TopicPartitionOffset("suricata", 1, 7)])]);
        }

        var second = new SourceProbe(sinks: 2);
        await RunAsync(Options, second);

        Assert.Equal([10, 7], second.Assigned.Single(static lease => lease.Partition == 1).SinkStarts);
        Assert.Equal(Enumerable.Range(7, 13).Select(static i => (long)i), second.Records.Select(static record => record.Offset));
        Assert.Equal(20, (await Topics.CommittedAsync("g", "suricata", 4))[1]);
        Assert.Equal(20, (await Topics.CommittedAsync("g.siem", "suricata", 4))[1]);
        Assert.Equal(20, (await Topics.CommittedAsync("g.archive", "suricata", 4))[1]);
    }

    [Theory]
    [InlineData(SinkStart.Group, 5)]
    [InlineData(SinkStart.Earliest, 0)]
    [InlineData(SinkStart.Latest, 8)]
    public async Task A_new_sink_starts_where_it_is_told(SinkStart start, long expected)
    {
        await Topics.WriteAsync("suricata", 0, Enumerable.Range(0, 5).Select(static i => $"{i}"));
        await RunAsync(Options);
        await Topics.WriteAsync("suricata", 0, Enumerable.Range(5, 3).Select(static i => $"{i}"));

        var second = new SourceProbe(sinks: 2);
        await RunAsync(Options with { Sinks = [new("siem"), new("new", start)] }, second);

        Assert.Equal([5, expected], second.Assigned.Single(static lease => lease.Partition == 0).SinkStarts);
    }

    [Fact]
    public async Task A_group_without_commits_begins_at_the_end_when_the_operator_says_latest()
    {
        await Topics.WriteAsync("suricata", 0, "old");
        var connection = With("auto.offset.reset", "latest");
        await RunAsync(Options with { Connection = connection });
        Assert.Empty(_probe.Records);
        Assert.Equal(1, (await Topics.CommittedAsync("g.siem", "suricata", 4))[0]);
    }

    [Fact]
    public async Task A_group_without_commits_is_an_error_when_the_operator_says_so()
    {
        await Topics.WriteAsync("suricata", 0, "x");
        var connection = With("auto.offset.reset", "error");
        var error = await Assert.ThrowsAsync<KafkaSetupException>(() => RunAsync(Options with { Connection = connection }));
        Assert.Contains("auto.offset.reset is error", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_committed_offset_beyond_the_topic_goes_back_to_what_is_there()
    {
        await Topics.WriteAsync("suricata", 0, "a", "b");
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _broker.BootstrapServers }).Build())
        {
            await admin.AlterConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitionOffsets("g.siem", [new TopicPartitionOffset("suricata", 0, 500)])]);
        }

        await RunAsync(Options);
        Assert.Equal(["a", "b"], _probe.Records.Select(static record => record.Value));
    }

    [Fact]
    [Trait("Complaint", "confluentinc/kafka-connect-elasticsearch#507")]
    public async Task A_full_pipeline_pauses_reading_and_nothing_is_lost()
    {
        await Topics.WriteAsync("suricata", 0, Enumerable.Range(0, 5000).Select(static i => $"{i}"));
        _probe.Refuse = true;

        var run = RunAsync(Options with { BatchEvents = 100 });
        // Longer than the wait without a pause: the partitions are paused by then.
        await SourceProbe.UntilAsync(() => _probe.Refusals > 100, "the pipeline refuses", Stop);
        Assert.Empty(_probe.Records);
        _probe.Refuse = false;
        await run;

        Assert.Equal(Enumerable.Range(0, 5000).Select(static i => (long)i), _probe.Records.Select(static record => record.Offset));
    }

    [Fact]
    public async Task An_exhausted_budget_pauses_reading_until_bytes_come_back()
    {
        var options = Options with { BatchEvents = 500, BatchBytes = 64 << 10, EncodedFactor = 1 };
        var memory = new MemoryBudget(options.SmallestMemory + (100 << 10));
        await Topics.WriteAsync("suricata", 0, Enumerable.Range(0, 5000).Select(static i => $"{i} {new string('x', 200)}"));
        _probe.Hold = true;

        var run = RunAsync(options, memory: memory);
        await SourceProbe.UntilAsync(() => _probe.Batches > 0, "a first batch", Stop);
        await Task.Delay(1000, Stop);
        Assert.InRange(memory.Used, 0, memory.Limit);
        Assert.InRange(_probe.Records.Count, 1, 4999);
        _probe.Hold = false;
        _probe.ReleaseHeld();
        await run;

        Assert.Equal(Enumerable.Range(0, 5000).Select(static i => (long)i), _probe.Records.Select(static record => record.Offset));
    }

    [Fact]
    public async Task A_record_larger_than_a_batch_gets_a_larger_one()
    {
        var large = new string('x', 300_000);
        await Topics.WriteAsync("suricata", 0, "a", large, "b");
        await RunAsync(Options with { BatchBytes = 64 << 10 });
        Assert.Equal(["a", large, "b"], _probe.Records.Select(static record => record.Value));
        Assert.True(_probe.Batches > 1);
    }

    [Fact]
    public async Task Topics_by_pattern_belong_to_the_first_source_that_names_them()
    {
        await Topics.WriteAsync("detections.a", 0, "a");
        await Topics.WriteAsync("detections.b", 0, "b");
        await Topics.WriteAsync("other", 0, "c");
        await RunAsync(Options with { Sources = [new("exact", ["detections.b"]), new("rest", [@"^detections\..+"])] });
        Assert.Equal(
            ["exact detections.b b", "rest detections.a a"], _probe.Records.Select(static record => $"{record.Source} {record.Topic} {record.Value}").Order());
    }

    [Fact]
    public async Task A_missing_topic_is_named_with_the_way_out()
    {
        _broker.CreateTopics("suricata");
        var error = await Assert.ThrowsAsync<KafkaSetupException>(() => RunAsync(Options with { Sources = [new("ids", ["suricata", "surikata"])] }));
        Assert.Contains("surikata (source ids)", error.Message, StringComparison.Ordinal);
        Assert.Contains("allow.auto.create.topics", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_at_end_with_a_pattern_that_matches_nothing_ends_with_nothing()
    {
        await using var source = Source(Options with { Sources = [new("rest", ["^nothing"])] });
        await source.RunAsync(_probe.Handlers, Stop);
        Assert.Empty(source.EndOffsets!);
    }

    [Fact]
    public async Task Exit_at_end_tells_the_ends_and_does_not_wait_for_later_records()
    {
        await Topics.WriteAsync("suricata", 2, "a", "b", "c");
        await using var source = Source(Options);
        await source.RunAsync(_probe.Handlers, Stop);
        Assert.Equal(4, source.EndOffsets!.Count);
        Assert.Equal(3, source.EndOffsets[new TopicPartitionName("suricata", 2)]);
        Assert.Equal(0, source.EndOffsets[new TopicPartitionName("suricata", 0)]);
    }

    [Fact]
    public async Task Without_exit_at_end_reading_goes_on_until_it_is_stopped()
    {
        _broker.CreateTopics("suricata");
        await using var source = Source(Options with { ExitAtEnd = false });
        Assert.StartsWith("no partition is assigned yet", source.Problem, StringComparison.Ordinal);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var run = source.RunAsync(_probe.Handlers, stop.Token);
        await SourceProbe.UntilAsync(() => _probe.Assigned.Count == 4, "the assignment", Stop);
        await Topics.WriteAsync("suricata", 0, "later");
        await SourceProbe.UntilAsync(() => _probe.Records.Count == 1, "the record", Stop);
        Assert.Null(source.Problem);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task A_second_member_takes_over_half_of_the_partitions_at_the_committed_offsets()
    {
        await Topics.WriteAsync("suricata", 0, "a", "b");
        await Topics.WriteAsync("suricata", 3, "c", "d", "e");
        await using var first = Source(Options with { ExitAtEnd = false });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = first.RunAsync(_probe.Handlers, stop.Token);
        await SourceProbe.UntilAsync(() => _probe.Records.Count == 5, "all records", Stop);

        var probe = new SourceProbe(sinks: 2);
        await using var second = Source(Options with { ExitAtEnd = false });
        var other = second.RunAsync(probe.Handlers, stop.Token);
        await SourceProbe.UntilAsync(() => probe.Assigned.Count == 2 && _probe.Revoked.Count == 2, "two partitions move", Stop);

        Assert.All(_probe.Revoked, static lease => Assert.True(lease.Revoked));
        Assert.Equal(_probe.Revoked.Select(static lease => lease.Partition).Order(), probe.Assigned.Select(static lease => lease.Partition).Order());
        var settled = new Dictionary<int, long> { [0] = 2, [1] = 0, [2] = 0, [3] = 3 };
        Assert.All(probe.Assigned, lease => Assert.All(lease.SinkStarts, start => Assert.Equal(settled[lease.Partition], start)));
        await stop.CancelAsync();
        await running;
        await other;
        Assert.Empty(probe.Records);
        Assert.Empty(probe.Faults);
    }

    [Fact]
    public async Task Partitions_whose_offsets_cannot_be_read_wait_and_skip_nothing()
    {
        await Topics.WriteAsync("suricata", 0, Enumerable.Range(0, 10).Select(static i => $"{i}"));
        await using var source = Source(Options with { OffsetLookupTimeout = TimeSpan.FromMilliseconds(300) });
        var real = source.ResolveStarts;
        var calls = 0;
        source.ResolveStarts = partitions => ++calls < 8
            ? throw new KafkaException(new Error(ErrorCode.GroupLoadInProgress, "The coordinator is loading."))
            : real(partitions);

        await source.RunAsync(_probe.Handlers, Stop);

        Assert.True(calls >= 8);
        Assert.Equal(Enumerable.Range(0, 10).Select(static i => (long)i), _probe.Records.Select(static record => record.Offset));
    }

    [Fact]
    [Trait("Complaint", "vectordotdev/vector#20939")]
    public void The_budget_holds_what_the_client_reads_ahead()
    {
        var properties = ConsumerProperties.Of(Options, _memory.Limit);
        var source = Source(Options);
        Assert.Equal(properties.PrefetchBytes, _memory.Used);
        Assert.InRange(properties.PrefetchBytes, 3 << 20, _memory.Limit / 8);
        Assert.NotNull(source);
    }

    private static Message<byte[], byte[]?> Record(string? value) => new() { Value = value is null ? null : Encoding.UTF8.GetBytes(value) };

    private KafkaConnection With(string property, string value) =>
        _broker.Connection with { Properties = new Dictionary<string, string>(_broker.Connection.Properties) { [property] = value } };

    private KafkaEventSource Source(KafkaSourceOptions options, MemoryBudget? memory = null) =>
        new(options, memory ?? _memory, _metrics, TimeProvider.System, NullLogger<KafkaEventSource>.Instance);

    /// <summary>Runs to the end as the engine does: commits at the end, then disposes.</summary>
    private async Task RunAsync(KafkaSourceOptions options, SourceProbe? probe = null, MemoryBudget? memory = null)
    {
        probe ??= _probe;
        await using var source = Source(options, memory);
        await source.RunAsync(probe.Handlers, Stop);
        await source.CommitAsync(probe.Progress(), Stop);
        Assert.Empty(probe.Faults);
    }
}
