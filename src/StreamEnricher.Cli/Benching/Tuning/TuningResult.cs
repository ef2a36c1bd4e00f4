namespace StreamEnricher.Cli.Benching.Tuning;

/// <summary>What a search came to.</summary>
/// <param name="Control">The file's settings beside themselves: the noise of the machine.</param>
/// <param name="Knobs">Every key with its recommended value.</param>
/// <param name="Confirmed">All changes together beside the file's settings, in runs of their own; null when nothing was better.</param>
/// <param name="Trials">Everything that was run, in order.</param>
internal sealed record TuningResult(Trial Control, IReadOnlyList<TunedKnob> Knobs, Trial? Confirmed, IReadOnlyList<Trial> Trials)
{
    /// <summary>The keys to change.</summary>
    public IEnumerable<TunedKnob> Changes => Knobs.Where(static knob => knob.Won is not null);
}

/// <summary>A key and the value that is recommended.</summary>
/// <param name="Knob">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="Won">The trial that it won; null when the current value stays.</param>
internal sealed record TunedKnob(Knob Knob, string Value, Trial? Won);
