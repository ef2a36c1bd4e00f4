using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Producing;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.FunctionalTests.Kafka;

public sealed class KafkaOutputTests : IAsyncDisposable
{
    private static readonly PartitionLease Lease = new("ids", "suricata", 3, [0]);
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();
    private readonly MemoryBudget _memory = new(1 << 30);
    private readonly PipelineMetrics _metrics = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _metrics.Dispose();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Sink_writes_value_key_and_event_id_of_each_item()
    {
        await using var sink = Sink(new ProducerSettings());
        var source = TestBatches.Of(Lease, """{"a":1}""", """{"a":2}""");
        using var encoded = TestBatches.Encode(source, "the-key");
        source.Release();

        Assert.Empty(await sink.DeliverAsync(encoded, Stop));

        var records = new Topics(_broker.BootstrapServers).Read("out", 2).OrderBy(static record => Text(record.Message.Value)).ToList();
        Assert.Equal(["""{"a":1}""", """{"a":2}"""], records.Select(static record => Text(record.Message.Value)));
        Assert.All(records, static record => Assert.Equal("the-key", Text(record.Message.Key)));
        Assert.Equal("00000000000000000000000000000001", Text(records[0].Message.Headers.GetLastBytes("event_id")));
        Assert.Equal("00000000000000000000000000000002", Text(records[1].Message.Headers.GetLastBytes("event_id")));
    }

    [Fact]
    public async Task Sink_gives_shared_items_no_event_id_and_items_without_a_key_none()
    {
        await using var sink = Sink(new ProducerSettings());
        var source = TestBatches.Of(Lease, "{}");
        using var encoded = TestBatches.Encode(source, shared: true);
        source.Release();

        Assert.Empty(await sink.DeliverAsync(encoded, Stop));

        var record = Assert.Single(new Topics(_broker.BootstrapServers).Read("out", 1));
        Assert.Null(record.Message.Key);
        Assert.Empty(record.Message.Headers);
    }

    [Fact]
    public async Task Sink_rejects_only_the_record_that_is_too_large()
    {
        await using var sink = Sink(new ProducerSettings { MaxRecordBytes = 2000 });
        var source = TestBatches.Of(Lease, "{}", new string('x', 5000), "[]");
        using var encoded = TestBatches.Encode(source);
        source.Release();

        var rejected = Assert.Single(await sink.DeliverAsync(encoded, Stop));

        Assert.Equal(1, rejected.Record);
        Assert.Equal(DeadLetterReason.StixRejected, rejected.Reason);
        Assert.Contains("Topic out refused a record of 5000 bytes", rejected.Detail, StringComparison.Ordinal);
        Assert.Equal(1, rejected.Attempts);
        Assert.Equal(2, new Topics(_broker.BootstrapServers).Read("out", 2).Count);
    }

    [Fact]
    public async Task Sink_waits_for_room_when_the_client_queue_is_full()
    {
        await using var sink = Sink(new ProducerSettings { QueueBytes = 1024 });
        var source = TestBatches.Of(Lease, [.. Enumerable.Range(0, 200).Select(static i => new string((char)('a' + (i % 26)), 500))]);
        using var encoded = TestBatches.Encode(source);
        source.Release();

        Assert.Empty(await sink.DeliverAsync(encoded, Stop));

        Assert.Equal(200, new Topics(_broker.BootstrapServers).Read("out", 200).Count);
    }

    [Fact]
    public async Task Sink_reports_an_unreachable_broker_and_gives_up_only_when_the_engine_stops()
    {
        await using var sink = new KafkaEventSink(
            Options("127.0.0.1:1", new ProducerSettings()), _memory, _metrics, TimeProvider.System, NullLogger<KafkaEventSink>.Instance);
        var source = TestBatches.Of(Lease, "{}");
        using var encoded = TestBatches.Encode(source);
        source.Release();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var delivery = sink.DeliverAsync(encoded, stop.Token).AsTask();
        while (sink.Health.LastError is null)
        {
            await Task.Delay(20, Stop);
        }

        Assert.False(delivery.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivery);
    }

    [Fact]
    public async Task Sink_books_the_client_queue_in_the_budget()
    {
        await using var sink = Sink(new ProducerSettings { QueueBytes = 1 << 20 });
        Assert.Equal(1 << 20, _memory.Used);
    }

    [Fact]
    public void Sink_says_where_a_property_is_wrong()
    {
        var options = Options(_broker.BootstrapServers, new ProducerSettings());
        var properties = new Dictionary<string, string> { ["linger.mss"] = "5" };
        var error = Assert.Throws<KafkaSetupException>(() => new KafkaEventSink(
            options with { Connection = options.Connection with { Properties = properties } }, _memory, _metrics, TimeProvider.System, NullLogger<KafkaEventSink>.Instance));
        Assert.Contains("linger.mss", error.Message, StringComparison.Ordinal);
        Assert.Contains("kafka.properties", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letters_keep_key_value_and_headers_and_say_why()
    {
        await using var store = Store(new ProducerSettings());
        var source = new EventBatch(1024, 4, MemoryLease.Unlimited);
        var headers = new byte[256];
        var length = RecordHeaders.Write(headers, "trace", "abc"u8, false);
        length += RecordHeaders.Write(headers.AsSpan(length), "nothing", default, true);
        Assert.True(source.TryAppend(Lease, 41, 0, "fine"u8, false, default, true, default));
        Assert.True(source.TryAppend(Lease, 42, 0, "{\"cut"u8, false, "k"u8, false, headers.AsSpan(0, length)));
        source.Records[1].EventId = 0xabcd;

        await store.WriteAsync("siem", source, [new RejectedRecord(1, DeadLetterReason.MappingRejected, "No such field.", 3)], Stop);
        source.Release();

        var record = Assert.Single(new Topics(_broker.BootstrapServers).Read("dead", 1));
        Assert.Equal("k", Text(record.Message.Key));
        Assert.Equal("{\"cut", Text(record.Message.Value));
        Assert.Equal(
            [
                "trace=abc", "nothing=(null)", "event_id=0000000000000000000000000000abcd", "dead_letter.reason=mapping_rejected", "dead_letter.detail=No such field.",
                "dead_letter.sink=siem", "dead_letter.topic=suricata", "dead_letter.partition=3", "dead_letter.offset=42", "dead_letter.attempts=3",
                "dead_letter.timestamp=0",
            ],
            record.Message.Headers.SkipLast(1).Select(static header => $"{header.Key}={Text(header.GetValueBytes())}"));
        Assert.Equal("dead_letter.time", record.Message.Headers[^1].Key);
        Assert.True(DateTimeOffset.TryParse(Text(record.Message.Headers[^1].GetValueBytes()), out _));
    }

    [Fact]
    public async Task A_dead_letter_that_the_topic_refuses_is_held_not_dropped()
    {
        await using var store = Store(new ProducerSettings { MaxRecordBytes = 1000 });
        var source = TestBatches.Of(Lease, "{}", new string('x', 5000));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var writing = store.WriteAsync("*", source, [new(0, DeadLetterReason.MalformedJson, "a"), new(1, DeadLetterReason.MalformedJson, "b")], stop.Token).AsTask();
        while (!store.Health.IsHeld)
        {
            await Task.Delay(20, Stop);
        }

        Assert.Contains("suricata/3@1", store.Health.HeldReason, StringComparison.Ordinal);
        Assert.False(writing.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        source.Release();
        Assert.Single(new Topics(_broker.BootstrapServers).Read("dead", 1));
    }

    private static string Text(byte[]? bytes) => bytes is null ? "(null)" : Encoding.UTF8.GetString(bytes);

    private static KafkaSinkOptions Options(string servers, ProducerSettings producer) => new()
    {
        Name = "events",
        Topic = "out",
        Connection = new KafkaConnection { BootstrapServers = servers },
        RejectionReason = DeadLetterReason.StixRejected,
        Producer = producer,
    };

    private KafkaEventSink Sink(ProducerSettings producer) =>
        new(Options(_broker.BootstrapServers, producer), _memory, _metrics, TimeProvider.System, NullLogger<KafkaEventSink>.Instance);

    private KafkaDeadLetterStore Store(ProducerSettings producer) => new(
        new KafkaDeadLetterOptions { Topic = "dead", Connection = _broker.Connection, Producer = producer },
        _memory,
        _metrics,
        TimeProvider.System,
        NullLogger<KafkaDeadLetterStore>.Instance);
}
