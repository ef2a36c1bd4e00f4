using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Benching.Tuning;

/// <summary>A key of the pipeline file and the values that are tried.</summary>
/// <param name="Path">The key, its names from the root.</param>
/// <param name="Current">Its value in the file, as written there.</param>
/// <param name="Settings">The values to try, the current one not among them.</param>
/// <param name="Advice">What to think of when another value wins.</param>
internal sealed record Knob(IReadOnlyList<string> Path, string Current, IReadOnlyList<KnobSetting> Settings, string Advice)
{
    /// <summary>The key as <c>--set</c> takes it.</summary>
    public string Name => string.Join('.', Path);
}

/// <summary>One value.</summary>
/// <param name="Text">As written in the file.</param>
/// <param name="Apply">Puts it into a pipeline.</param>
internal sealed record KnobSetting(string Text, Func<PipelineOptions, PipelineOptions> Apply);
