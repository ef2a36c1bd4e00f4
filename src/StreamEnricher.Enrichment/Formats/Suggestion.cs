using StreamEnricher.Core.Text;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Finds what somebody probably meant.</summary>
internal static class Suggestion
{
    /// <summary><c> (did you mean 'x'?)</c> for the nearest known name, or an empty text when none is near.</summary>
    public static string For(string name, IEnumerable<string> known) => NearestName.Find(name, known) is { } nearest ? $" (did you mean '{nearest}'?)" : "";
}
