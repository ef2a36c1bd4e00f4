using System.Text.Json.Serialization;

namespace StreamEnricher.Cli.Benching.Tuning;

/// <summary>What became of a setting.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrialOutcome>))]
internal enum TrialOutcome
{
    /// <summary>The difference is within noise, or too small to be worth a change.</summary>
    [JsonStringEnumMemberName("no_difference")]
    NoDifference,

    /// <summary>Better beyond noise.</summary>
    [JsonStringEnumMemberName("better")]
    Better,

    /// <summary>Worse beyond noise, or given up after pairs that were all much worse.</summary>
    [JsonStringEnumMemberName("worse")]
    Worse,

    /// <summary>It was not run: the pipeline would need more memory than it may use.</summary>
    [JsonStringEnumMemberName("too_large")]
    TooLarge,
}

/// <summary>One setting beside what was best so far.</summary>
/// <param name="Key">The key, or what is compared.</param>
/// <param name="Value">The value.</param>
/// <param name="Figure">Its figure, mean of its runs; 0 when it was not run.</param>
/// <param name="Beside">The figure of what it was compared with.</param>
/// <param name="GainPercent">How much better, percent.</param>
/// <param name="MarginPercent">Known to about so much.</param>
/// <param name="Pairs">Pairs of runs.</param>
/// <param name="Outcome">What became of it.</param>
internal sealed record Trial(string Key, string Value, double Figure, double Beside, double GainPercent, double MarginPercent, int Pairs, TrialOutcome Outcome);
