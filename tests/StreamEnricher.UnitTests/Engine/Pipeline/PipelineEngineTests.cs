using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Pipeline;

public sealed class PipelineEngineTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly MemoryDeadLetters _deadLetters = new();

    [Fact]
    public async Task Everything_reaches_every_sink_and_the_end_is_committed()
    {
        ScriptedSink first = new("first"), second = new("second");
        var source = new MemoryEventSource(50, 2);
        var result = await RunAsync(source, Enrich, first, second);

        Assert.Equal(EngineResult.Drained, result);
        Assert.Equal(Enumerable.Range(0, 50).Select(offset => (long)offset), first.Offsets.Order());
        Assert.Equal(50, second.Offsets.Count);
        Assert.Equal([50, 50], source.Committed!.BySink);
        Assert.Equal(50, source.Committed.All);
    }

    [Fact]
    public async Task A_sink_that_gets_nothing_reaches_the_end_all_the_same()
    {
        var sink = new ScriptedSink("none");
        var source = new MemoryEventSource(5, 1);
        await RunAsync(source, static (batch, _) => ValueTask.FromResult(new EnrichedBatch(batch, [null], [])), sink);
        Assert.Empty(sink.Offsets);
        Assert.Equal(5, source.Committed!.All);
    }

    [Fact]
    public async Task What_a_sink_refuses_is_a_dead_letter_of_that_sink_and_the_others_have_it()
    {
        var picky = new ScriptedSink("picky", static (offset, _) => Task.FromResult<IReadOnlyList<RejectedRecord>>(
            offset == 3 ? [new RejectedRecord(0, DeadLetterReason.MappingRejected, "no")] : []));
        var other = new ScriptedSink("other");
        var source = new MemoryEventSource(6, 2);
        await RunAsync(source, Enrich, picky, other);

        Assert.Equal([("picky", 3L, DeadLetterReason.MappingRejected)], _deadLetters.Letters);
        Assert.Equal(6, other.Offsets.Count);
        Assert.Equal([6, 6], source.Committed!.BySink);
    }

    [Fact]
    public async Task Nothing_is_settled_before_its_dead_letter_is_written()
    {
        var gate = new TaskCompletionSource();
        _deadLetters.Gate = gate.Task;
        var sink = new ScriptedSink("sink", static (_, _) => Task.FromResult<IReadOnlyList<RejectedRecord>>([new RejectedRecord(0, DeadLetterReason.HecRejected, "no")]));
        var source = new MemoryEventSource(1, 1);
        await using var engine = Engine(source, Enrich, new EngineOptions { ExitAtEnd = true, Parallelism = 1 }, sink);
        var run = engine.RunAsync(CancellationToken.None, CancellationToken.None);
        while (sink.Offsets.IsEmpty)
        {
            await Task.Yield();
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, source.Committed?.All ?? 0);
        gate.SetResult();
        Assert.Equal(EngineResult.Drained, await run);
        Assert.Equal(1, source.Committed!.All);
        Assert.Single(_deadLetters.Letters);
    }

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task An_enricher_that_throws_costs_its_batch_and_nothing_else(Type fault)
    {
        var sink = new ScriptedSink("sink");
        var source = new MemoryEventSource(4, 1);
        await RunAsync(
            source,
            (batch, cancellation) =>
            {
                if (batch.Records[0].Offset == 2)
                {
                    batch.Release();
                    throw (Exception)Activator.CreateInstance(fault)!;
                }

                return Enrich(batch, cancellation);
            },
            sink);

        Assert.Equal([0L, 1, 3], sink.Offsets.Order());
        Assert.Equal([("*", 2L, DeadLetterReason.EnrichmentFailed)], _deadLetters.Letters);
        Assert.Equal(4, source.Committed!.All);
    }

    [Theory]
    [InlineData(typeof(IOException))]
    [InlineData(typeof(TaskCanceledException))]
    public async Task A_sink_that_throws_keeps_its_batch_and_tries_again(Type fault)
    {
        var attempts = 0;
        var sink = new ScriptedSink("sink", (_, _) => ++attempts == 1 ? throw (Exception)Activator.CreateInstance(fault)! : Task.FromResult<IReadOnlyList<RejectedRecord>>([]));
        var source = new MemoryEventSource(1, 1);
        await using var engine = Engine(source, Enrich, new EngineOptions { ExitAtEnd = true, Parallelism = 1 }, sink);
        var run = engine.RunAsync(CancellationToken.None, CancellationToken.None);
        while (!run.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(EngineResult.Drained, await run);
        Assert.Equal(2, attempts);
        Assert.Equal(1, source.Committed!.All);
    }

    [Fact]
    public async Task A_hanging_sink_does_not_keep_the_engine_beyond_the_drain_deadline_and_stays_in_kafka()
    {
        var hanging = new ScriptedSink("hanging", static async (offset, cancellation) =>
        {
            if (offset > 0)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            }

            return [];
        });
        var source = new MemoryEventSource(3, 1) { StaysOpen = true };
        await using var engine = Engine(source, Enrich, new EngineOptions { DrainTimeout = TimeSpan.FromSeconds(30), Parallelism = 1 }, hanging);
        using var stop = new CancellationTokenSource();
        var run = engine.RunAsync(stop.Token, CancellationToken.None);
        while (hanging.Offsets.IsEmpty)
        {
            await Task.Yield();
        }

        await stop.CancelAsync();
        while (!run.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(EngineResult.DeadlinePassed, await run);
        Assert.Equal(1, source.Committed!.All);
    }

    [Fact]
    public async Task The_second_signal_stops_at_once()
    {
        var hanging = new ScriptedSink("hanging", static async (_, cancellation) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return [];
        });
        var source = new MemoryEventSource(2, 1) { StaysOpen = true };
        await using var engine = Engine(source, Enrich, new EngineOptions { Parallelism = 1 }, hanging);
        using CancellationTokenSource stop = new(), abort = new();
        var run = engine.RunAsync(stop.Token, abort.Token);
        await stop.CancelAsync();
        await abort.CancelAsync();
        Assert.Equal(EngineResult.Aborted, await run);
    }

    [Fact]
    public async Task Commits_that_fail_are_made_again()
    {
        var source = new MemoryEventSource(3, 1) { FailingCommits = 1, StaysOpen = true };
        var sink = new ScriptedSink("sink");
        await using var engine = Engine(source, Enrich, new EngineOptions { Parallelism = 1 }, sink);
        using var stop = new CancellationTokenSource();
        var run = engine.RunAsync(stop.Token, CancellationToken.None);
        while (source.Committed?.All != 3)
        {
            _time.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Yield();
        }

        await stop.CancelAsync();
        Assert.Equal(EngineResult.Drained, await run);
    }

    [Fact]
    public async Task All_memory_is_given_back()
    {
        var budget = new MemoryBudget(1_000_000);
        var source = new MemoryEventSource(100, 2, budget);
        await RunAsync(source, Enrich, new ScriptedSink("first"), new ScriptedSink("second"));
        Assert.Equal(0, budget.Used);
    }

    private static ValueTask<EnrichedBatch> Enrich(EventBatch batch, CancellationToken cancellation)
    {
        var sinks = batch.Lease(0).SinkStarts.Count;
        var outputs = new EncodedBatch?[sinks];
        for (var i = 0; i < sinks; i++)
        {
            var output = outputs[i] = new EncodedBatch(batch, 16);
            "x"u8.CopyTo(output.Reserve(1));
            output.Commit(0, 1);
        }

        return ValueTask.FromResult(new EnrichedBatch(batch, outputs, []));
    }

    private async Task<EngineResult> RunAsync(MemoryEventSource source, BatchEnricher enrich, params ScriptedSink[] sinks)
    {
        await using var engine = Engine(source, enrich, new EngineOptions { ExitAtEnd = true, Parallelism = 2 }, sinks);
        return await engine.RunAsync(CancellationToken.None, CancellationToken.None);
    }

    private PipelineEngine Engine(MemoryEventSource source, BatchEnricher enrich, EngineOptions options, params ScriptedSink[] sinks) => new(
        source, enrich, [.. sinks.Select(sink => new SinkSlot(sink, 1))], _deadLetters, new MemoryBudget(1 << 20), options, new PipelineMetrics(), _time,
        NullLogger<PipelineEngine>.Instance);
}
