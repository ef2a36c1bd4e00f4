using System.Globalization;
using System.Text;
using System.Text.Json;
using StreamEnricher.LoadTests.Scenarios;

namespace StreamEnricher.LoadTests.Reports;

/// <summary>Writes what was measured: a table and a chart for each group as Markdown and SVG, and all of it as JSON.</summary>
internal static class LoadReport
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Writes the files into a folder.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="command">The command that was run.</param>
    /// <param name="results">What it measured.</param>
    /// <param name="machine">Where.</param>
    public static void Write(string folder, string command, IReadOnlyList<ScenarioResult> results, string machine)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "load.json"), JsonSerializer.Serialize(new { Command = command, Machine = machine, Results = results }, Json) + "\n");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Load test\n\n    {command}\n\n{machine}\n\n");
        text.Append("Broker, engine and receivers share the machine. CPU is that of the engine's process alone; latency is from the Kafka timestamp, which is when the event was due, to the sink's answer.\n");
        foreach (var group in results.GroupBy(static result => result.Scenario.Group))
        {
            var name = group.Key.Replace(' ', '-');
            text.Append(CultureInfo.InvariantCulture, $"\n## By {group.Key}\n\n");
            Table(text, group);
            if (group.Count() > 1)
            {
                var chart = BarChart.Draw($"CPU seconds a million events by {group.Key}", [.. group.Select(static result => (result.Scenario.Value, result.CpuSecondsPerMillion))], 2);
                File.WriteAllText(Path.Combine(folder, $"cpu-by-{name}.svg"), chart);
                text.Append(CultureInfo.InvariantCulture, $"\n![CPU by {group.Key}](cpu-by-{name}.svg)\n");
            }
        }

        File.WriteAllText(Path.Combine(folder, "load.md"), text.ToString());
    }

    /// <summary>One result as a line for a person who waits.</summary>
    public static string Line(ScenarioResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Scenario.Group,-12} {result.Scenario.Value,-9} {result.EventsPerSecond,10:N0} events/s {result.MegabytesPerSecond,7:N1} MB/s {result.CpuSecondsPerMillion,7:N2} CPU s/M {result.PeakMebibytes,6:N0} MiB {(result.Latency is { } ms ? $" p50 {ms.P50:N0} p99 {ms.P99:N0} p99.9 {ms.P999:N0} ms" : "")}");

    private static void Table(StringBuilder text, IEnumerable<ScenarioResult> results)
    {
        text.Append("| | event bytes | events/s | MB/s | CPU s/million | p50 ms | p99 ms | p99.9 ms | max ms | RSS MiB |\n|---|---|---|---|---|---|---|---|---|---|\n");
        foreach (var result in results)
        {
            var latency = result.Latency is { } ms ? string.Create(CultureInfo.InvariantCulture, $"{ms.P50:N0} | {ms.P99:N0} | {ms.P999:N0} | {ms.Max:N0}") : "– | – | – | –";
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {result.Scenario.Value} | {result.EventBytes:N0} | {result.EventsPerSecond:N0} | {result.MegabytesPerSecond:N1} | {result.CpuSecondsPerMillion:N2} | {latency} | {result.PeakMebibytes:N0} |\n");
        }
    }
}
