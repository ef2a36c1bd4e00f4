using System.Globalization;
using System.Text;
using StreamEnricher.Cli.Benching.Load;

namespace StreamEnricher.LoadTests.Scenarios;

/// <summary>The events of a scenario.</summary>
internal static class ScenarioEvents
{
    private const int Second = 1000;

    /// <summary>Makes them. <c>small</c> is a detection event with nothing but what its format needs, some 200 bytes.</summary>
    public static IReadOnlyList<byte[]> Create(Scenario scenario) => scenario.Kind == "small"
        ? [.. Enumerable.Range(0, scenario.Distinct).Select(number => Small(number, scenario.EventBytes))]
        : EventGenerator.Create(scenario.Kind, scenario.Distinct, scenario.EventBytes);

    /// <summary>Puts a time into the event's <c>timestamp</c>, which must be written with milliseconds and Z, so that a receiver can tell how long the event was under way.</summary>
    public static void SetTime(byte[] value, DateTimeOffset time)
    {
        var at = value.AsSpan().IndexOf("\"timestamp\":\""u8) + 13;
        if (at < 13)
        {
            throw new InvalidOperationException("An event without a timestamp cannot be fed at a rate.");
        }

        time.UtcDateTime.TryFormat(value.AsSpan(at), out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
    }

    private static byte[] Small(int number, int bytes)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"timestamp":"2026-03-01T00:00:00.{{number % Second:000}}Z","source":"198.51.{{number / 250 % 250}}.{{number % 250}}","destination":"10.20.1.95","event_type":"threat","severity":"high","technique_ids":["T1046"]""");
        return Encoding.ASCII.GetBytes(text.Length + 15 < bytes ? $"{text},\"note\":\"{new string('x', bytes - text.Length - 11)}\"}}" : text + "}");
    }
}
