using StreamEnricher.Cli.Benching.Runs;

namespace StreamEnricher.Cli.Benching.Tuning;

/// <summary>What is to get better.</summary>
internal enum TuningGoal
{
    /// <summary>Events a second, as many as the pipeline takes.</summary>
    Throughput,

    /// <summary>The slowest sink's 99th percentile at a rate.</summary>
    Latency,

    /// <summary>CPU an event.</summary>
    Cost,
}

/// <summary>How goals are measured.</summary>
internal static class TuningGoals
{
    /// <summary>The figure of a run; 0 when it has none.</summary>
    public static double Figure(this TuningGoal goal, BenchFigures figures) => goal switch
    {
        TuningGoal.Throughput => figures.EventsPerSecond,
        TuningGoal.Latency => figures.Latency?.P99 ?? 0,
        _ => figures.CpuSecondsPerMillion,
    };

    /// <summary>How much better one figure is than another, as the logarithm of their ratio: above 0 is better whatever the goal.</summary>
    public static double Gain(this TuningGoal goal, double figure, double than) => figure > 0 && than > 0
        ? goal == TuningGoal.Throughput ? Math.Log(figure / than) : Math.Log(than / figure)
        : 0;

    /// <summary>The figure's unit.</summary>
    public static string Unit(this TuningGoal goal) => goal switch
    {
        TuningGoal.Throughput => "events/s",
        TuningGoal.Latency => "ms p99",
        _ => "CPU s a million events",
    };
}
