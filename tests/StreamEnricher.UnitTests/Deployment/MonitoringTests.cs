using System.Text.RegularExpressions;
using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Deployment;

/// <summary>Alert rules and dashboards ask for metrics that exist.</summary>
public sealed partial class MonitoringTests
{
    private static readonly string[] Suffixes = ["_total", "_bucket", "_count", "_sum", "_seconds", "_bytes"];

    /// <summary>Names of instruments as they stand in the source, with underscores and without what the exporter adds.</summary>
    private static readonly HashSet<string> Instruments =
    [
        .. Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Instrument().Matches(File.ReadAllText(file)))
            .Select(match => Bare(match.Groups[1].Value.Replace('.', '_'))),
    ];

    [Theory]
    [InlineData("prometheus", "streamenricher.rules.yml")]
    [InlineData("grafana", "streamenricher.json")]
    public void Every_metric_that_is_asked_for_exists(string folder, string file)
    {
        var asked = Metric().Matches(DeploymentFiles.Text(folder, file)).Select(match => match.Value).Distinct().ToList();
        Assert.True(asked.Count >= 8);
        Assert.Empty(asked.Where(name => !Instruments.Contains(Bare(name))).ToList());
    }

    [Fact]
    public void Every_alert_is_in_the_operators_guide()
    {
        var guide = File.ReadAllText(Repository.PathOf("docs", "operate.md"));
        var alerts = Alert().Matches(DeploymentFiles.Text("prometheus", "streamenricher.rules.yml")).Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(alerts);
        Assert.Empty(alerts.Where(alert => !guide.Contains($"`{alert}`", StringComparison.Ordinal)).ToList());
    }

    private static string Bare(string name)
    {
        while (Suffixes.FirstOrDefault(suffix => name.EndsWith(suffix, StringComparison.Ordinal)) is { } suffix)
        {
            name = name[..^suffix.Length];
        }

        return name;
    }

    [GeneratedRegex("""
        "(streamenricher\.[a-z_.]+)"
        """)]
    private static partial Regex Instrument();

    [GeneratedRegex(@"streamenricher_[a-z_]+(?=\{|\[|\)| )")]
    private static partial Regex Metric();

    [GeneratedRegex("- alert: (\\w+)")]
    private static partial Regex Alert();
}
