using System.Globalization;
using StreamEnricher.Kafka.Progress;

namespace StreamEnricher.Cli.Composition;

/// <summary>Where a sink shall go on, as people write it.</summary>
internal static class SinkTargets
{
    /// <summary>The first record that a topic has.</summary>
    public const string Earliest = "earliest";

    /// <summary>What can be written.</summary>
    public const string Expected = "it can be earliest, an offset from 0, or a time such as 2026-03-01T00:00:00Z";

    /// <summary>What was written; null when it is none of these.</summary>
    public static SinkTarget? TryParse(string? place)
    {
        if (place == Earliest)
        {
            return new SinkTarget();
        }

        if (long.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return new SinkTarget(offset);
        }

        return DateTimeOffset.TryParse(place, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? new SinkTarget(Time: time) : null;
    }
}
