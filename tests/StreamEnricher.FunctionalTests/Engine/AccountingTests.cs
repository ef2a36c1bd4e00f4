using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.FunctionalTests.Engine;

/// <summary>The whole engine on real threads, with sinks that wait, refuse and fail at random: every record is found in every sink once or in its dead letters.</summary>
public sealed class AccountingTests
{
    private const int Partitions = 4;
    private const int Records = 5000;
    private const long Limit = 4L << 20;
    private static readonly long[] Counts = [.. Enumerable.Repeat((long)Records, Partitions)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_record_reaches_every_sink_or_its_dead_letters_exactly_once(int seed)
    {
        var (steady, rough) = (Sink("steady", null), Sink("rough", new Random(seed)));
        var letters = new RecordingDeadLetters();
        var memory = new MemoryBudget(Limit);
        var source = new InMemorySource(Counts, Starts(), 50, memory);

        var result = await RunAsync(source, memory, letters, [steady, rough], new EngineOptions { ExitAtEnd = true, Parallelism = 4 }, CancellationToken.None);

        Assert.Equal(EngineResult.Drained, result);
        Assert.Equal(0, memory.Used);
        Assert.All(source.CommittedAll, static committed => Assert.Equal(Records, committed));
        Assert.Equal(Records / 1000 * Partitions, letters.All.Count(static letter => letter.Sink == "*"));
        foreach (var sink in new[] { steady, rough })
        {
            var refused = letters.All.Where(letter => letter.Sink == "*" || letter.Sink == sink.Name).Select(static letter => (letter.Partition, letter.Offset)).ToList();
            Assert.Equal(refused.Count, refused.Distinct().Count());
            Assert.All(sink.Counts, static record => Assert.Equal(1, record.Value));
            Assert.Empty(refused.Intersect(sink.Counts.Keys));
            Assert.Equal(Records * Partitions, refused.Count + sink.Counts.Count);
        }
    }

    [Theory]
    [Trait("Complaint", "fluent/fluent-bit#2846")]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Runs_that_are_stopped_and_aborted_at_random_leave_no_gap_for_the_next_one(int seed)
    {
        var random = new Random(seed);
        var sinks = new[] { Sink("steady", null), Sink("rough", new Random(seed)) };
        var letters = new RecordingDeadLetters();
        IReadOnlyList<long[]> starts = Starts();
        EngineResult result;
        var runs = 0;
        do
        {
            var memory = new MemoryBudget(Limit);
            var source = new InMemorySource(Counts, starts, 50, memory);
            using var stop = new CancellationTokenSource();
            using var abort = new CancellationTokenSource();
            var last = ++runs > 20;
            var run = RunAsync(
                source, memory, letters, sinks,
                new EngineOptions { ExitAtEnd = true, Parallelism = 4, DrainTimeout = TimeSpan.FromSeconds(60), CommitInterval = TimeSpan.FromMilliseconds(1) }, stop.Token, abort.Token);
            if (!last)
            {
                var before = sinks.Sum(static sink => sink.Counts.Count);
                var some = random.Next(50, 2000);
                while (!run.IsCompleted && sinks.Sum(static sink => sink.Counts.Count) < before + some)
                {
                    await Task.Yield();
                }

                await (random.Next(2) == 0 ? stop : abort).CancelAsync();
            }

            result = await run;
            Assert.Equal(0, memory.Used);
            starts = source.Committed;
        }
        while (result != EngineResult.Drained || starts.Any(static partition => partition.Any(static committed => committed < Records)));

        // No commit ran ahead of a delivery: nothing is missing. What was delivered and not committed is there more than once.
        foreach (var sink in sinks)
        {
            var found = letters.All.Where(letter => letter.Sink == "*" || letter.Sink == sink.Name).Select(static letter => (letter.Partition, letter.Offset))
                .Concat(sink.Counts.Keys).Distinct();
            Assert.Equal(Records * Partitions, found.Count());
        }

        Assert.True(runs > 1);
    }

    /// <summary>A sink that, given a random generator, waits, refuses one record in 97, and throws before it has taken anything.</summary>
    private static RecordingSink Sink(string name, Random? random) => new(name, TimeProvider.System)
    {
        Refuses = record => random is not null && record.Offset % 97 == 0,
        Before = async cancellation =>
        {
            if (random is null)
            {
                return;
            }

            int chance;
            lock (random)
            {
                chance = random.Next(400);
            }

            if (chance == 0)
            {
                throw new IOException("a fault that the sink does not foresee");
            }

            if (chance < 40)
            {
                await Task.Delay(1, cancellation);
            }
        },
    };

    private static long[][] Starts() => [.. Enumerable.Range(0, Partitions).Select(static _ => new long[2])];

    private static async Task<EngineResult> RunAsync(
        InMemorySource source, MemoryBudget memory, RecordingDeadLetters letters, IEnumerable<RecordingSink> sinks, EngineOptions options, CancellationToken stop,
        CancellationToken abort = default)
    {
        using var metrics = new PipelineMetrics();
        var enricher = new FakeEnricher(2) { Refuses = static record => record.Offset % 1000 == 500 ? "malformed_json" : null };
        await using var engine = new PipelineEngine(
            source, enricher.EnrichAsync, [.. sinks.Select(static sink => new SinkSlot(sink))], letters, memory, options, metrics, TimeProvider.System,
            NullLogger<PipelineEngine>.Instance);
        return await engine.RunAsync(stop, abort);
    }
}
