using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.FunctionalTests.Engine;

/// <summary>
/// The whole engine on real threads with a sink that hangs at random and is detached and attached many times: nothing is missing, and the memory comes back.
/// </summary>
public sealed class IsolationAccountingTests
{
    private const int Partitions = 4;
    private const int Records = 20_000;
    private const long Limit = 8L << 20;
    private static readonly long[] Counts = [.. Enumerable.Repeat((long)Records, Partitions)];

    [Theory(Timeout = 120_000)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_sink_that_hangs_at_random_gets_every_record_and_does_not_disturb_the_other(int seed)
    {
        var random = new Random(seed);
        var letters = new RecordingDeadLetters();
        var memory = new MemoryBudget(Limit);
        var source = new InMemorySource(Counts, [.. Counts.Select(static _ => new long[2])], 50, memory);
        var catchUp = new InMemoryCatchUp(Counts, 50, memory);
        var steady = new RecordingSink("steady", TimeProvider.System);
        var rough = Hanging("rough", random, () => catchUp.Runs > 0);

        var result = await RunAsync(source, catchUp, memory, letters, [steady, rough], TestContext.Current.CancellationToken);

        Assert.Equal(EngineResult.Drained, result);
        Assert.Equal(0, memory.Used);
        Assert.True(catchUp.Runs > 0);
        Assert.All(source.CommittedAll, static committed => Assert.Equal(Records, committed));
        var refused = letters.All.ToHashSet();
        Assert.Equal(Partitions * Records / 1000, refused.Count);
        Assert.All(refused, static letter => Assert.Equal("*", letter.Sink));
        Assert.All(steady.Counts, static record => Assert.Equal(1, record.Value));
        Assert.Equal((Partitions * Records) - refused.Count, steady.Counts.Count);
        Assert.Equal((Partitions * Records) - refused.Count, rough.Counts.Count);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Runs_that_are_stopped_and_aborted_while_a_sink_is_detached_leave_no_gap(int seed)
    {
        var random = new Random(seed);
        var (steady, rough) = (new RecordingSink("steady", TimeProvider.System), Hanging("rough", new Random(seed), static () => true));
        var letters = new RecordingDeadLetters();
        IReadOnlyList<long[]> starts = [.. Counts.Select(static _ => new long[2])];
        EngineResult result;
        var runs = 0;
        do
        {
            var memory = new MemoryBudget(Limit);
            var source = new InMemorySource(Counts, starts, 50, memory);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            using var abort = new CancellationTokenSource();
            var run = RunAsync(source, new InMemoryCatchUp(Counts, 50, memory), memory, letters, [steady, rough], stop.Token, abort.Token);
            if (++runs <= 10)
            {
                await Task.WhenAny(run, Task.Delay(random.Next(20, 200), CancellationToken.None));
                await (random.Next(2) == 0 ? stop : abort).CancelAsync();
            }

            result = await run;
            Assert.Equal(0, memory.Used);
            starts = source.Committed;
        }
        while (!TestContext.Current.CancellationToken.IsCancellationRequested && (result != EngineResult.Drained || starts.Any(static partition => partition.Any(static committed => committed < Records))));

        Assert.True(runs > 1);
        foreach (var sink in new[] { steady, rough })
        {
            var found = letters.All.Where(letter => letter.Sink == "*" || letter.Sink == sink.Name).Select(static letter => (letter.Partition, letter.Offset))
                .Concat(sink.Counts.Keys).Distinct();
            Assert.Equal(Partitions * Records, found.Count());
        }
    }

    /// <summary>A sink that hangs for a tenth of a second once in a hundred batches, and at first until it was detached.</summary>
    private static RecordingSink Hanging(string name, Random random, Func<bool> wasDetached) => new(name, TimeProvider.System)
    {
        Before = async cancellation =>
        {
            bool hangs;
            lock (random)
            {
                hangs = random.Next(100) == 0;
            }

            while (hangs)
            {
                await Task.Delay(100, cancellation);
                hangs = !wasDetached();
            }
        },
    };

    private static async Task<EngineResult> RunAsync(
        InMemorySource source, InMemoryCatchUp catchUp, MemoryBudget memory, RecordingDeadLetters letters, IEnumerable<RecordingSink> sinks, CancellationToken stop,
        CancellationToken abort = default)
    {
        using var metrics = new PipelineMetrics();
        var enricher = new FakeEnricher(2) { Refuses = static record => record.Offset % 1000 == 500 ? "malformed_json" : null };
        var options = new EngineOptions
        {
            ExitAtEnd = true,
            Parallelism = 4,
            NearRecords = 2000,
            CatchUpBytes = 64 << 10,
            DetachedDrainTimeout = TimeSpan.FromSeconds(1),
            CommitInterval = TimeSpan.FromMilliseconds(1),
        };
        await using var engine = new PipelineEngine(
            source, enricher.EnrichAsync, [.. sinks.Select(static sink => new SinkSlot(sink, 2, sink.Name == "rough" ? TimeSpan.FromMilliseconds(100) : null))], letters, memory, options, metrics,
            TimeProvider.System, NullLogger<PipelineEngine>.Instance, catchUp.ReadAsync);
        return await engine.RunAsync(stop, abort);
    }
}
