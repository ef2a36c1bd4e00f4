using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Sources;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Consuming;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.FunctionalTests.Kafka;

/// <summary>The reader of a detached sink on a real client: exactly from where it is told to where it is told, under the budget, and a member of no group.</summary>
public sealed class KafkaCatchUpTests : IAsyncDisposable
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();
    private readonly PipelineMetrics _metrics = new();
    private readonly MemoryBudget _memory = new(256 << 20);
    private readonly ConcurrentQueue<(int Partition, long Offset, string Value)> _seen = new();
    private readonly ConcurrentDictionary<PartitionLease, long> _positions = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Topics Topics => new(_broker.BootstrapServers);

    private KafkaSourceOptions Options => new()
    {
        Connection = _broker.Connection,
        GroupId = "g",
        Sources = [new("ids", ["suricata"])],
        Sinks = [new("siem"), new("archive")],
        BatchEvents = 300,
    };

    public ValueTask DisposeAsync()
    {
        _metrics.Dispose();
        return _broker.DisposeAsync();
    }

    [Fact]
    public async Task It_reads_each_partition_from_its_offset_up_to_where_the_main_flow_takes_over_and_ends()
    {
        await Topics.WriteAsync("suricata", 0, Enumerable.Range(0, 2000).Select(static i => $"a{i}"));
        await Topics.WriteAsync("suricata", 1, Enumerable.Range(0, 500).Select(static i => $"b{i}"));

        await ReadAsync([Partition(0, 100, 1500), Partition(1, 499, 500)], Stop);

        Assert.Equal(Enumerable.Range(100, 1400).Select(static i => (0, (long)i, $"a{i}")), _seen.Where(static record => record.Partition == 0));
        Assert.Equal([(1, 499L, "b499")], _seen.Where(static record => record.Partition == 1));
        Assert.Equal([500, 1500], _positions.Values.Order());
        Assert.Equal(0, _memory.Used);
    }

    [Fact]
    public async Task It_goes_on_with_what_comes_until_it_is_stopped_and_gives_everything_back()
    {
        await Topics.WriteAsync("suricata", 0, ["0", "1"]);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var run = ReadAsync([Partition(0, 0)], stop.Token);
        await SourceProbe.UntilAsync(() => _seen.Count == 2, "the first records are read", Stop);
        await Topics.WriteAsync("suricata", 0, ["2"]);
        await SourceProbe.UntilAsync(() => _seen.Count == 3, "later ones are read", Stop);
        Assert.True(_memory.Used > 0);

        await stop.CancelAsync();
        await run;

        Assert.Equal(0, _memory.Used);
    }

    [Fact]
    public async Task Tombstones_and_the_end_of_the_partition_are_covered()
    {
        await Topics.WriteAsync("suricata", 0, Enumerable.Range(0, 3).Select(static i => new Confluent.Kafka.Message<byte[], byte[]?> { Value = i == 2 ? null : [(byte)'x'] }));

        await ReadAsync([Partition(0, 0, 3)], Stop);

        Assert.Equal(2, _seen.Count);
        Assert.Equal(3, Assert.Single(_positions).Value);
    }

    [Fact]
    public async Task It_waits_while_a_batch_is_refused_and_while_the_budget_has_no_room()
    {
        await Topics.WriteAsync("suricata", 0, Enumerable.Range(0, 900).Select(static i => $"{i}"));
        using var all = _memory.TryReserve(_memory.Limit);
        var refuse = true;
        var refused = 0;
        var run = new KafkaCatchUp(Options, _memory, _metrics, TimeProvider.System, NullLogger<KafkaCatchUp>.Instance).ReadAsync(
            1, [Partition(0, 0, 900)], batch => Volatile.Read(ref refuse) ? Interlocked.Increment(ref refused) < 0 : Take(batch), Stop);
        await Task.Delay(200, Stop);
        Assert.Equal(0, refused);

        all!.Dispose();
        await SourceProbe.UntilAsync(() => Volatile.Read(ref refused) > 3, "a batch is offered again and again", Stop);
        Volatile.Write(ref refuse, false);
        await run;

        Assert.Equal(900, _seen.Count);
    }

    [Fact]
    public async Task It_leaves_room_for_a_batch_of_the_main_flow()
    {
        await Topics.WriteAsync("suricata", 0, ["0"]);
        var batch = BatchFormer.ReservationOf(Options.BatchBytes, Options.BatchEvents, Options.EncodedFactor);
        using var used = _memory.TryReserve(_memory.Limit - batch);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);

        var run = ReadAsync([Partition(0, 0, 1)], stop.Token);
        await Task.Delay(300, Stop);

        Assert.Empty(_seen);
        Assert.Equal(0, _memory.Refusals);
        Assert.NotNull(_memory.TryReserve(batch));
        await stop.CancelAsync();
        await run;
    }

    private static CatchUpPartition Partition(int partition, long from, long until = PartitionLease.Never) =>
        new(new PartitionLease("ids", "suricata", partition, [PartitionLease.Never, 0]), from, until);

    private Task ReadAsync(IReadOnlyList<CatchUpPartition> partitions, CancellationToken stop)
    {
        foreach (var partition in partitions)
        {
            _positions[partition.Lease] = partition.From;
        }

        return new KafkaCatchUp(Options, _memory, _metrics, TimeProvider.System, NullLogger<KafkaCatchUp>.Instance).ReadAsync(1, partitions, Take, stop);
    }

    private bool Take(EventBatch batch)
    {
        foreach (var range in batch.Ranges)
        {
            Assert.Equal(_positions.GetValueOrDefault(range.Lease), range.First);
            _positions[range.Lease] = range.Next;
        }

        for (var i = 0; i < batch.Count; i++)
        {
            _seen.Enqueue((batch.Lease(i).Partition, batch.Records[i].Offset, Encoding.UTF8.GetString(batch.Value(i))));
        }

        batch.Release();
        return true;
    }
}
