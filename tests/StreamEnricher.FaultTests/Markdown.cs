using System.Globalization;
using System.Text;

namespace StreamEnricher.FaultTests;

/// <summary>Findings as text for docs/reliability.md.</summary>
internal static class Markdown
{
    /// <summary>One scenario.</summary>
    public static string Of(Finding finding)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"### {finding.Name}: {(finding.Problems.Count == 0 ? "passed" : "FAILED")} ({finding.Duration.TotalSeconds:0} s)");
        text.AppendLine().AppendLine("| what | value |").AppendLine("|---|---|");
        foreach (var (what, value) in finding.Facts)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {what} | {value} |");
        }

        foreach (var problem in finding.Problems)
        {
            text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"**{problem}**");
        }

        return text.ToString();
    }

    /// <summary>All of a run.</summary>
    public static string Of(IReadOnlyList<Finding> findings, bool isLong) =>
        $"## {(isLong ? "Long" : "Short")} run, {Environment.ProcessorCount} cores\n\n" + string.Join('\n', findings.Select(Of));
}
