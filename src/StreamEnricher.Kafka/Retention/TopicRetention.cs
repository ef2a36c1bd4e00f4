using System.Globalization;

namespace StreamEnricher.Kafka.Retention;

/// <summary>What a topic deletes by (Kafka's topic settings cleanup.policy, retention.ms, retention.bytes).</summary>
/// <param name="Time">Age of records; null: not by age.</param>
/// <param name="BySize">By the size of a partition.</param>
internal sealed record TopicRetention(TimeSpan? Time, bool BySize)
{
    /// <summary>Longest age that is told apart from "for ever".</summary>
    private const double MostMilliseconds = 100 * 365.25 * 24 * 3600 * 1000;

    /// <summary>Nothing is deleted.</summary>
    public static TopicRetention Forever { get; } = new(null, false);

    /// <summary>Reads a topic's settings.</summary>
    public static TopicRetention Of(IReadOnlyDictionary<string, string> settings)
    {
        if (!settings.GetValueOrDefault("cleanup.policy", "delete").Contains("delete", StringComparison.Ordinal))
        {
            return Forever;
        }

        var milliseconds = Number("retention.ms");
        return new TopicRetention(milliseconds is >= 0 and < MostMilliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null, Number("retention.bytes") >= 0);

        double Number(string name) => double.TryParse(settings.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : -1;
    }
}
