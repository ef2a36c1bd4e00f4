using System.Globalization;

namespace StreamEnricher.LoadTests.Scenarios;

/// <summary>What is run: each group varies one thing and leaves all else as it is.</summary>
internal static class ScenarioList
{
    private const int MostBytes = 1_200_000_000;
    private const int UsualBytes = 420;

    /// <summary>All groups, or those of a name; a short run has fewer values and fewer events of each.</summary>
    public static IReadOnlyList<Scenario> Create(bool isShort, IReadOnlyCollection<string> groups)
    {
        var events = isShort ? 600_000 : 3_000_000;
        IReadOnlyList<Scenario> all =
        [
            .. Rates(events),
            .. new[] { 1, 2, 3 }.Select(sinks => new Scenario { Group = "sinks", Value = Text(sinks), Sinks = sinks, Events = events }),
            .. new[] { false, true }.Select(gzip => new Scenario { Group = "compression", Value = gzip ? "gzip" : "none", Gzip = gzip, Events = events }),
            .. (isShort ? [200, 1024, 16384] : new[] { 200, 400, 1024, 4096, 16384 }).Select(bytes => new Scenario
            {
                Group = "event bytes", Value = Text(bytes), EventBytes = bytes, Kind = bytes < UsualBytes ? "small" : "detection", Events = Math.Min(events, MostBytes / Math.Max(UsualBytes, bytes)),
            }),
            .. (isShort ? [1, 64] : new[] { 1, 4, 16, 64 }).Select(partitions => new Scenario { Group = "partitions", Value = Text(partitions), Partitions = partitions, Events = events }),
            new() { Group = "attribution", Value = "warm", Events = events },
            new() { Group = "attribution", Value = "cold", Distinct = events, Events = events },
            .. (isShort ? [0, 1000] : new[] { 0, 100, 1000, 3000 }).Select(rules => new Scenario { Group = "rules", Value = Text(rules), Rules = rules, Kind = "windows", Events = events / 3 }),
        ];
        return [.. all.Where(scenario => groups.Count == 0 || groups.Contains(scenario.Group))];
    }

    private static IEnumerable<Scenario> Rates(int events) =>
    [
        new() { Group = "rate", Value = "1,000/s", Rate = 1000 },
        new() { Group = "rate", Value = "10,000/s", Rate = 10_000 },
        new() { Group = "rate", Value = "maximum", Events = events },
    ];

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
