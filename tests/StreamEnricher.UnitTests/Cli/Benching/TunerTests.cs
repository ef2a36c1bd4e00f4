using StreamEnricher.Cli.Benching;
using StreamEnricher.Cli.Benching.Runs;
using StreamEnricher.Cli.Benching.Tuning;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;

namespace StreamEnricher.UnitTests.Cli.Benching;

public sealed class TunerTests
{
    private const string Yaml = """
        pipeline: p
        limits: { batch: { events: 1000 } }
        sources: { a: { topics: [a] } }
        sinks: { siem: { elasticsearch: { url: "http://localhost:9" } } }
        dead_letters: { directory: { path: dead } }
        """;

    /// <summary>Pairs of runs of the control and of every value; those of the confirmation come after them.</summary>
    private const int RunsOfSearch = 2 * 3 * (1 + 5 + 3 + 4 + 1);

    private int _runs;

    [Fact]
    public async Task A_value_that_is_better_beyond_noise_is_recommended_and_confirmed_in_runs_of_its_own()
    {
        var result = await TuneAsync(static options => options.Limits.Batch.Events == 5000 ? 120 : 100);

        var change = Assert.Single(result.Changes);
        Assert.Equal(("limits.batch.events", "5000"), (change.Knob.Name, change.Value));
        Assert.Equal(TrialOutcome.Better, result.Confirmed!.Outcome);
        Assert.InRange(result.Confirmed.GainPercent, 19, 21);
    }

    [Fact]
    public async Task Noise_recommends_nothing()
    {
        // Every run differs from the one before it by up to 12 %, whatever is run.
        var result = await TuneAsync(_ => 100 + (_runs * 7919 % 13));

        Assert.Empty(result.Changes);
    }

    [Fact]
    public async Task A_gain_too_small_to_be_worth_a_change_is_left()
    {
        var result = await TuneAsync(static options => options.Limits.Batch.Events == 5000 ? 101 : 100);

        Assert.Empty(result.Changes);
        Assert.Null(result.Confirmed);
    }

    [Fact]
    public async Task Gains_that_do_not_hold_together_are_taken_back()
    {
        // Better in the search, but no longer when all is run once more at the end.
        var result = await TuneAsync(options => options.Limits.Batch.Events == 5000 && _runs < RunsOfSearch ? 120 : 100);

        Assert.Empty(result.Changes);
        Assert.Equal(TrialOutcome.NoDifference, result.Confirmed!.Outcome);
        Assert.Contains("leave the settings", TunedYaml.Summary(result, TuningGoal.Throughput), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_would_need_more_memory_is_not_run()
    {
        var least = MemoryNeed.Of(Options());
        var result = await TuneAsync(static options => options.Limits.Batch.Events, least);

        Assert.All(result.Trials.Where(static trial => trial.Value is "10000" or "20000"), static trial => Assert.Equal((TrialOutcome.TooLarge, 0), (trial.Outcome, trial.Pairs)));
        Assert.Contains(result.Trials, static trial => trial.Outcome == TrialOutcome.TooLarge);
    }

    [Fact]
    public async Task What_is_much_worse_is_given_up_after_two_pairs()
    {
        var result = await TuneAsync(static options => options.Limits.Batch.Events == 500 ? 50 : 100);

        var bad = result.Trials.Single(static trial => trial.Value == "500");
        Assert.Equal((TrialOutcome.Worse, 2), (bad.Outcome, bad.Pairs));
    }

    [Fact]
    public async Task The_yaml_names_every_key_with_its_reason_and_is_valid_in_a_pipeline()
    {
        var result = await TuneAsync(static options => options.Limits.Batch.Events == 5000 ? 120 : 100);

        var yaml = TunedYaml.Write(result, TuningGoal.Throughput, ["here"]);

        Assert.Contains("    events: 5000", yaml, StringComparison.Ordinal);
        Assert.Contains("# was 1000: +20.0 % ± 0.0 %, 100 to 120 events/s", yaml, StringComparison.Ordinal);
        Assert.Contains("# stays: nothing else was better beyond noise", yaml, StringComparison.Ordinal);
        Assert.Contains("      compression: none", yaml, StringComparison.Ordinal);
        var whole = yaml.Replace("    elasticsearch:", "    elasticsearch:\n      url: http://localhost:9", StringComparison.Ordinal) + Yaml.Replace("limits: { batch: { events: 1000 } }\n", "", StringComparison.Ordinal).Replace("sinks: { siem: { elasticsearch: { url: \"http://localhost:9\" } } }\n", "", StringComparison.Ordinal);
        var read = PipelineFile.Parse(whole, "p.yaml", [], static _ => null, Inventory.BesideExecutable());
        Assert.True(read.Options is not null, string.Join('\n', read.Problems));
        Assert.Equal(5000, read.Options.Limits.Batch.Events);
    }

    [Theory]
    [InlineData(new[] { 0.1, 0.1, 0.1 }, true)]
    [InlineData(new[] { 0.3, -0.2, 0.1 }, false)]
    [InlineData(new[] { 0.1 }, false)]
    public void A_gain_counts_when_chance_does_not_explain_it(double[] gains, bool isBetter) => Assert.Equal(isBetter, PairedGain.Of(gains).IsBetter(0.03));

    [Fact]
    public void Linger_is_tuned_only_where_events_come_at_a_rate_and_requests_only_where_there_are_any()
    {
        var names = (bool isPaced, BenchSinks sinks) => KnobList.Of(Options(), TuningGoal.Cost, sinks, isPaced, 2).Select(static knob => knob.Name);

        Assert.Equal(["limits.batch.events", "limits.parallelism"], names(false, BenchSinks.Null));
        Assert.Equal(
            ["limits.batch.linger", "limits.batch.events", "limits.parallelism", "sinks.siem.max_concurrency", "sinks.siem.elasticsearch.compression"], names(true, BenchSinks.Http));
    }

    [Fact]
    public void For_latency_and_cost_less_is_better()
    {
        Assert.True(TuningGoal.Throughput.Gain(110, 100) > 0);
        Assert.True(TuningGoal.Latency.Gain(110, 100) < 0);
        Assert.True(TuningGoal.Cost.Gain(90, 100) > 0);
    }

    private static PipelineOptions Options() => PipelineFile.Parse(Yaml, "p.yaml", [], static _ => null, Inventory.BesideExecutable()).Options!;

    private Task<TuningResult> TuneAsync(Func<PipelineOptions, double> throughput, long memory = 1L << 30)
    {
        var options = Options();
        Task<BenchFigures> RunAsync(PipelineOptions candidate, CancellationToken cancellation)
        {
            _runs++;
            return Task.FromResult(new BenchFigures { EventsPerSecond = throughput(candidate) });
        }

        return new Tuner(new TuningPlan { Goal = TuningGoal.Throughput, Memory = memory, Pairs = 3 }, RunAsync, static (_, _) => { }).RunAsync(options, KnobList.Of(options, TuningGoal.Throughput, BenchSinks.Http, isPaced: false, cores: 2), TestContext.Current.CancellationToken);
    }
}
