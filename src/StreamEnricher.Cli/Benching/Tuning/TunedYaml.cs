using System.Globalization;
using System.Text;

namespace StreamEnricher.Cli.Benching.Tuning;

/// <summary>Writes what was found as the part of a pipeline file that it concerns, each value with its reason.</summary>
internal static class TunedYaml
{
    /// <summary>The text.</summary>
    /// <param name="result">What was found.</param>
    /// <param name="goal">The goal.</param>
    /// <param name="circumstances">Lines that say what was measured where.</param>
    public static string Write(TuningResult result, TuningGoal goal, IEnumerable<string> circumstances)
    {
        var text = new StringBuilder();
        foreach (var line in circumstances.Prepend($"Tuned for {goal.ToString().ToLowerInvariant()} by 'streamenricher tune'."))
        {
            text.Append(CultureInfo.InvariantCulture, $"# {line}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"# Noise: the file's settings beside themselves differed by {Percent(result.Control)}.\n");
        text.Append("# ").Append(Summary(result, goal)).Append('\n');
        IReadOnlyList<string> open = [];
        foreach (var knob in result.Knobs.OrderBy(static knob => string.Join('\0', knob.Knob.Path), StringComparer.Ordinal))
        {
            var path = knob.Knob.Path;
            var shared = open.TakeWhile((name, depth) => depth < path.Count - 1 && name == path[depth]).Count();
            for (var depth = shared; depth < path.Count - 1; depth++)
            {
                Line(text, depth, Quoted(path[depth]) + ":");
            }

            Line(text, path.Count - 1, $"{Quoted(path[^1])}: {knob.Value}".PadRight(24) + Reason(knob, goal));
            open = [.. path.Take(path.Count - 1)];
        }

        return text.ToString();
    }

    /// <summary>The result in a sentence.</summary>
    public static string Summary(TuningResult result, TuningGoal goal) => result.Confirmed switch
    {
        null => "No other value was better beyond noise: leave the settings as they are.",
        { Outcome: TrialOutcome.Better } all => string.Create(
            CultureInfo.InvariantCulture, $"All changes together: {Figure(all.Beside)} to {Figure(all.Figure)} {goal.Unit()}, {Percent(all)} better, in {all.Pairs} pairs of runs of their own."),
        { } all => $"Single values looked better, but together they made no difference beyond noise ({Percent(all)}): leave the settings as they are.",
    };

    private static string Percent(Trial trial) => string.Create(CultureInfo.InvariantCulture, $"{trial.GainPercent:+0.0;-0.0;0.0} % ± {trial.MarginPercent:0.0} %");

    private static string Figure(double value) => value.ToString(value < 100 ? "0.00" : "N0", CultureInfo.InvariantCulture);

    private static string Reason(TunedKnob knob, TuningGoal goal) => knob.Won is { } won
        ? $" # was {knob.Knob.Current}: {Percent(won)}, {Figure(won.Beside)} to {Figure(won.Figure)} {goal.Unit()}; {knob.Knob.Advice}"
        : " # stays: nothing else was better beyond noise";

    private static void Line(StringBuilder text, int depth, string line) => text.Append(' ', depth * 2).Append(line).Append('\n');

    private static string Quoted(string name) => name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-') ? name : $"\"{name}\"";
}
