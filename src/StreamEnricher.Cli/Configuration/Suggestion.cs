using StreamEnricher.Core.Text;

namespace StreamEnricher.Cli.Configuration;

/// <summary>"did you mean": the known word that is nearest to an unknown one.</summary>
internal static class Suggestion
{
    /// <summary>A question that names the nearest word, or the list of all when none is near.</summary>
    public static string For(string word, IReadOnlyCollection<string> known) =>
        NearestName.Find(word, known) is { } nearest ? $"did you mean {nearest}?" : $"one of: {string.Join(", ", known)}";
}
