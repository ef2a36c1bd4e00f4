namespace StreamEnricher.Cli.Benching.Tuning;

/// <summary>How a search goes.</summary>
internal sealed record TuningPlan
{
    /// <summary>What is to get better.</summary>
    public TuningGoal Goal { get; init; }

    /// <summary>Most bytes that the pipeline may have in flight.</summary>
    public long Memory { get; init; }

    /// <summary>Pairs of runs a comparison.</summary>
    public int Pairs { get; init; } = 5;

    /// <summary>Least gain that is worth a change, as a logarithm.</summary>
    public double LeastGain { get; init; } = Math.Log(1.03);
}
