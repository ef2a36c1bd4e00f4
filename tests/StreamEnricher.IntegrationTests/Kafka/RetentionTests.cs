using System.Diagnostics.Metrics;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Sources;
using StreamEnricher.Kafka.Consuming;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.IntegrationTests.Kafka;

/// <summary>What a topic is about to delete, and what it has deleted already.</summary>
public sealed class RetentionTests(KafkaServer server) : IClassFixture<KafkaServer>
{
    private readonly PipelineMetrics _metrics = new();
    private readonly MemoryBudget _memory = new(256 << 20);
    private readonly SourceProbe _probe = new(1);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_source_tells_what_is_about_to_be_deleted_before_the_sink_has_it()
    {
        var topic = await server.CreateTopicAsync(1, ("retention.ms", "3600000"));
        var now = DateTimeOffset.UtcNow;
        await WriteAsync(topic, [.. Enumerable.Range(0, 60).Select(minute => now.AddMinutes(minute - 59))]);
        await using var source = Source(topic);
        _probe.Refuse = true;
        var run = source.RunAsync(_probe.Handlers, Stop);

        // Nothing is committed yet, so the sink's place is not known; the partition's is.
        await SourceProbe.UntilAsync(() => source.Retention.ExpiresBelow.Count > 0, "the report is there", Stop);
        Assert.InRange(source.Retention.ExpiresBelow[new TopicPartitionName(topic, 0)], 3, 7);
        await source.CommitAsync([new PartitionProgress(_probe.Assigned.Single(), 30, [30])], Stop);
        await SourceProbe.UntilAsync(() => source.Retention.Sinks.Count > 0, "the sink's place is known", Stop);

        Assert.InRange(source.Retention.Sinks.Single().Left.TotalMinutes, 25, 36);
        Assert.False(run.IsCompleted);
    }

    [Fact]
    public async Task What_was_deleted_under_the_reader_is_counted_and_reading_goes_on_behind_it()
    {
        var topic = await server.CreateTopicAsync();
        await WriteAsync(topic, [.. Enumerable.Repeat(DateTimeOffset.UtcNow, 10)]);
        await using var source = Source(topic);
        var run = source.RunAsync(_probe.Handlers, Stop);
        await SourceProbe.UntilAsync(() => _probe.Records.Count == 10, "the first records are read", Stop);

        _probe.Refuse = true;
        await WriteAsync(topic, [.. Enumerable.Repeat(DateTimeOffset.UtcNow, 20)]);
        await Task.Delay(TimeSpan.FromSeconds(1), Stop);
        await DeleteAsync(topic, 25);
        _probe.Refuse = false;
        await WriteAsync(topic, [DateTimeOffset.UtcNow]);

        // What the client had read before the deletion it may still pass on; what it had not is told of.
        await SourceProbe.UntilAsync(() => _probe.Records.Any(static record => record.Offset == 30), "reading goes on", Stop);
        Assert.Empty(_probe.Faults);
        Assert.False(run.IsCompleted);
    }

    [Fact]
    public async Task A_sink_whose_place_was_deleted_while_nothing_ran_loses_what_is_counted()
    {
        var expired = 0L;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument, _metrics.Expired))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref expired, count));
        listener.Start();
        var topic = await server.CreateTopicAsync();
        await WriteAsync(topic, [.. Enumerable.Repeat(DateTimeOffset.UtcNow, 10)]);
        await using (var first = Source(topic))
        {
            var probe = new SourceProbe(1);
            _ = first.RunAsync(probe.Handlers, Stop);
            await SourceProbe.UntilAsync(() => probe.Assigned.Count == 1, "it is assigned", Stop);
            await first.CommitAsync([new PartitionProgress(probe.Assigned.Single(), 2, [2])], Stop);
        }

        await DeleteAsync(topic, 7);
        await using var second = Source(topic);
        _ = second.RunAsync(_probe.Handlers, Stop);
        await SourceProbe.UntilAsync(() => _probe.Records.Count == 3, "the rest is read", Stop);

        Assert.Equal([7, 8, 9], _probe.Records.Select(static record => record.Offset));
        Assert.Equal(5, Interlocked.Read(ref expired));
    }

    private KafkaEventSource Source(string topic) => new(
        new KafkaSourceOptions
        {
            Connection = server.Connection,
            GroupId = "g-" + topic,
            Sources = [new("ids", [topic])],
            Sinks = [new("siem")],
            RetentionInterval = TimeSpan.FromMilliseconds(200),
        },
        _memory,
        _metrics,
        TimeProvider.System,
        NullLogger<KafkaEventSource>.Instance);

    private async Task WriteAsync(string topic, IReadOnlyList<DateTimeOffset> times) => await new Topics(server.BootstrapServers).WriteAsync(
        topic, 0, times.Select(static time => new Message<byte[], byte[]?> { Value = "{}"u8.ToArray(), Timestamp = new Timestamp(time) }));

    private async Task DeleteAsync(string topic, long below)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = server.BootstrapServers }).Build();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, 0, below)]);
    }
}
