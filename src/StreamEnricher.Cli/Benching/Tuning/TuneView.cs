using System.Globalization;
using Spectre.Console;

namespace StreamEnricher.Cli.Benching.Tuning;

/// <summary>Shows trials while they run: a table that is redrawn on a terminal, a line for each finished trial elsewhere.</summary>
/// <param name="goal">The goal.</param>
internal sealed class TuneView(TuningGoal goal)
{
    private readonly Table _table = new Table { Border = TableBorder.Rounded }.AddColumns("key", "value", goal.Unit(), "beside", "better by", "pairs", "");
    private bool _isOpen;

    /// <summary>The table.</summary>
    public Table Table => _table;

    /// <summary>A trial as a line.</summary>
    public static string Line(Trial trial) => trial.Outcome == TrialOutcome.TooLarge
        ? $"{trial.Key,-44} {trial.Value,-8} needs more memory than it may use"
        : string.Create(CultureInfo.InvariantCulture, $"{trial.Key,-44} {trial.Value,-8} {Gain(trial),18}  {Word(trial.Outcome)}");

    /// <summary>Puts a trial into the table, in the place of its earlier state.</summary>
    public void Update(Trial trial, bool isDone)
    {
        if (_isOpen)
        {
            _table.Rows.RemoveAt(_table.Rows.Count - 1);
        }

        _table.AddRow(
            Markup.Escape(trial.Key), Markup.Escape(trial.Value), Figure(trial.Figure), Figure(trial.Beside), Gain(trial), trial.Pairs.ToString(CultureInfo.InvariantCulture),
            isDone ? Word(trial.Outcome) : "…");
        _isOpen = !isDone;
    }

    private static string Figure(double value) => value == 0 ? "-" : value.ToString(value < 100 ? "0.00" : "N0", CultureInfo.InvariantCulture);

    private static string Gain(Trial trial) => trial.Pairs == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{trial.GainPercent:+0.0;-0.0;0.0} % ± {trial.MarginPercent:0.0} %");

    private static string Word(TrialOutcome outcome) => outcome switch
    {
        TrialOutcome.Better => "better",
        TrialOutcome.Worse => "worse",
        TrialOutcome.TooLarge => "too large",
        _ => "no difference beyond noise",
    };
}
