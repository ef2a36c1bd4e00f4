using StreamEnricher.Cli.Benching.Runs;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;

namespace StreamEnricher.Cli.Benching.Tuning;

/// <summary>
/// Searches one key after the other, each value beside the best so far in pairs of runs that take turns, and beside the settings of the file once more at the end. What is not better
/// beyond the noise of the machine is not recommended.
/// </summary>
/// <param name="plan">How.</param>
/// <param name="run">Runs a pipeline once.</param>
/// <param name="progress">Told of every pair of runs and every outcome, the last of each trial with <c>true</c>.</param>
internal sealed class Tuner(TuningPlan plan, Func<PipelineOptions, CancellationToken, Task<BenchFigures>> run, Action<Trial, bool> progress)
{
    private const int PairsToGiveUp = 2;
    private const string Itself = "(the file's settings beside themselves)";
    private const string All = "(all changes together)";
    private static readonly double MuchWorse = Math.Log(0.9);
    private readonly List<Trial> _trials = [];

    /// <summary>Searches.</summary>
    /// <param name="current">The file's settings, with the memory limit.</param>
    /// <param name="knobs">What to try.</param>
    /// <param name="cancellation">Ends the search.</param>
    public async Task<TuningResult> RunAsync(PipelineOptions current, IReadOnlyList<Knob> knobs, CancellationToken cancellation)
    {
        // What two runs of the same differ by is the least that can mean anything.
        var (control, noise) = await CompareAsync(Itself, "", current, current, plan.LeastGain, cancellation);
        var least = Math.Max(plan.LeastGain, Math.Abs(noise.Mean));
        var best = current;
        var chosen = new List<TunedKnob>();
        foreach (var knob in knobs)
        {
            KnobSetting? winner = null;
            Trial? won = null;
            foreach (var setting in knob.Settings)
            {
                var candidate = setting.Apply(best);
                if (MemoryNeed.Of(candidate) > plan.Memory)
                {
                    Tell(new Trial(knob.Name, setting.Text, 0, 0, 0, 0, 0, TrialOutcome.TooLarge), true);
                    continue;
                }

                var (trial, _) = await CompareAsync(knob.Name, setting.Text, best, candidate, least, cancellation);
                if (trial.Outcome == TrialOutcome.Better)
                {
                    (best, winner, won) = (candidate, setting, trial);
                }
            }

            chosen.Add(new TunedKnob(knob, winner?.Text ?? knob.Current, won));
        }

        if (chosen.All(static knob => knob.Won is null))
        {
            return new TuningResult(control, chosen, null, _trials);
        }

        var (confirmed, _) = await CompareAsync(All, "", current, best, least, cancellation);
        return confirmed.Outcome == TrialOutcome.Better
            ? new TuningResult(control, chosen, confirmed, _trials)
            : new TuningResult(control, [.. chosen.Select(static knob => knob with { Value = knob.Knob.Current, Won = null })], confirmed, _trials);
    }

    private async Task<(Trial Trial, PairedGain Gain)> CompareAsync(
        string key, string value, PipelineOptions beside, PipelineOptions candidate, double least, CancellationToken cancellation)
    {
        var gains = new List<double>();
        var (figures, others) = (new List<double>(), new List<double>());
        while (true)
        {
            // ABBA: what drifts in one direction hits both alike.
            var isFirst = gains.Count % 2 == 0;
            var one = plan.Goal.Figure(await run(isFirst ? candidate : beside, cancellation));
            var other = plan.Goal.Figure(await run(isFirst ? beside : candidate, cancellation));
            figures.Add(isFirst ? one : other);
            others.Add(isFirst ? other : one);
            gains.Add(plan.Goal.Gain(figures[^1], others[^1]));
            var gain = PairedGain.Of(gains);
            var isGivenUp = gains.Count == PairsToGiveUp && gains.TrueForAll(static pair => pair < MuchWorse);
            var isDone = isGivenUp || gains.Count == plan.Pairs;
            var outcome = gain.IsBetter(least) ? TrialOutcome.Better : isGivenUp || gain.IsWorse ? TrialOutcome.Worse : TrialOutcome.NoDifference;
            var trial = new Trial(key, value, figures.Average(), others.Average(), gain.Percent, double.IsFinite(gain.Margin) ? gain.MarginPercent : 0, gains.Count, outcome);
            Tell(trial, isDone);
            if (isDone)
            {
                return (trial, gain);
            }
        }
    }

    private void Tell(Trial trial, bool isDone)
    {
        if (isDone)
        {
            _trials.Add(trial);
        }

        progress(trial, isDone);
    }
}
