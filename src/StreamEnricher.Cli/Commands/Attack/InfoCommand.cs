using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;
using StreamEnricher.Enrichment.Attribution.Releases;

namespace StreamEnricher.Cli.Commands.Attack;

/// <summary><c>attack info</c>.</summary>
internal static class InfoCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var catalogues = AttackCommand.Catalogues();
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "info",
            "Show what the ATT&CK releases hold.",
            "streamenricher attack info",
            "streamenricher attack info --catalogue enterprise-attack.json --output json")
        {
            catalogues, output,
        };
        command.SetAction(async (parsed, _) =>
        {
            if (await AttackCommand.LoadAsync(parsed.GetRequiredValue(catalogues), terminal) is not { } releases)
            {
                return ExitCodes.Usage;
            }

            ReportedRelease[] reported = [.. releases.Select(Describe)];
            if (parsed.GetValue(output) == "json")
            {
                await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(new ReportedReleases(reported), CommandJson.Default.ReportedReleases));
            }
            else
            {
                Show(reported, terminal);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static ReportedRelease Describe(AttackRelease release)
    {
        var techniques = release.Catalogue.Techniques;
        return new ReportedRelease(
            release.Catalogue.Version,
            release.Catalogue.Tactics.Count,
            techniques.Count(technique => technique.ParentId is null),
            techniques.Count(technique => technique.ParentId is not null),
            release.Catalogue.Redirects.Count,
            release.Hints.Groups.Count,
            release.Hints.Software.Count);
    }

    private static void Show(ReportedRelease[] releases, Terminal terminal)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        table.AddColumns("RELEASE", "TACTICS", "TECHNIQUES", "SUB-TECHNIQUES", "REDIRECTED IDS", "GROUPS", "SOFTWARE");
        foreach (var release in releases)
        {
            int[] counts = [release.Tactics, release.Techniques, release.SubTechniques, release.RedirectedIds, release.Groups, release.Software];
            table.AddRow([Markup.Escape(release.Release), .. counts.Select(count => count.ToString(CultureInfo.InvariantCulture))]);
        }

        terminal.CreateConsole().Write(table);
    }
}

/// <summary>What <c>attack info --output json</c> prints.</summary>
internal sealed record ReportedReleases(IReadOnlyList<ReportedRelease> Releases);

/// <summary>One release.</summary>
internal sealed record ReportedRelease(string Release, int Tactics, int Techniques, int SubTechniques, int RedirectedIds, int Groups, int Software);
