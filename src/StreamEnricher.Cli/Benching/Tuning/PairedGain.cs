namespace StreamEnricher.Cli.Benching.Tuning;

/// <summary>How much better one setting is than another, from pairs of runs that took turns: what else the machine did hit both of a pair alike.</summary>
/// <param name="Mean">Mean gain as a logarithm; above 0 is better.</param>
/// <param name="Margin">The mean is known to about so much, 19 times of 20.</param>
/// <param name="Pairs">Pairs of runs.</param>
internal sealed record PairedGain(double Mean, double Margin, int Pairs)
{
    /// <summary>Student's t, 97.5 %, by degrees of freedom from 1.</summary>
    private static readonly double[] Student = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];
    private const double ManyPairs = 2.2;

    /// <summary>Percent, rounded to one decimal.</summary>
    public double Percent => Math.Round((Math.Exp(Mean) - 1) * 100, 1);

    /// <summary>The margin in percent.</summary>
    public double MarginPercent => Math.Round((Math.Exp(Margin) - 1) * 100, 1);

    /// <summary>Of the gain of each pair.</summary>
    /// <param name="gains">At least one; of a single pair nothing is certain.</param>
    public static PairedGain Of(IReadOnlyList<double> gains)
    {
        var mean = gains.Average();
        if (gains.Count < 2)
        {
            return new PairedGain(mean, double.PositiveInfinity, gains.Count);
        }

        var variance = gains.Sum(gain => (gain - mean) * (gain - mean)) / (gains.Count - 1);
        var freedom = gains.Count - 1;
        var t = freedom <= Student.Length ? Student[freedom - 1] : ManyPairs;
        return new PairedGain(mean, t * Math.Sqrt(variance / gains.Count), gains.Count);
    }

    /// <summary>It is better beyond chance, and by more than is worth a change.</summary>
    /// <param name="least">Least gain as a logarithm.</param>
    public bool IsBetter(double least) => Mean - Margin > 0 && Mean > least;

    /// <summary>It is worse beyond chance.</summary>
    public bool IsWorse => Mean + Margin < 0;
}
