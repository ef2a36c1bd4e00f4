using System.CommandLine;
using System.Text.Json;

namespace StreamEnricher.Cli.Commands.Attack;

/// <summary><c>attack lookup</c>.</summary>
internal static class LookupCommand
{
    private const int MostNames = 12;
    private const int MostDescribed = 3;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var word = new Argument<string>("WHAT") { Description = "Id of a technique in any spelling, its name or a part of it; id or name of a tactic, a group or software." };
        var catalogues = AttackCommand.Catalogues();
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "lookup",
            "Show what an id or a name means in the ATT&CK releases: tactics, parent and sub-techniques, what revoked ids became, and as hints the groups and software that used it.",
            "streamenricher attack lookup T1086",
            "streamenricher attack lookup 'scheduled task' --catalogue 18.1",
            "streamenricher attack lookup APT29 --output json")
        {
            word, catalogues, output,
        };
        command.SetAction(async (parsed, _) =>
        {
            if (await AttackCommand.LoadAsync(parsed.GetRequiredValue(catalogues), terminal) is not { } releases)
            {
                return ExitCodes.Usage;
            }

            var wanted = parsed.GetRequiredValue(word);
            var found = releases.SelectMany(release => ReleaseSearch.Find(release, wanted)).ToList();
            if (parsed.GetValue(output) == "json")
            {
                await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(new FoundTechniques(found), CommandJson.Default.FoundTechniques));
            }
            else if (found.Count > 0)
            {
                Show(found, terminal);
            }
            else
            {
                var nearest = ReleaseSearch.Nearest(releases[0], wanted);
                await terminal.Error.WriteLineAsync(
                    $"nothing in ATT&CK {string.Join(" and ", releases.Select(release => release.Catalogue.Version))} is called {wanted}" + (nearest is null ? "" : $"; did you mean {nearest}?"));
            }

            return found.Count > 0 ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static void Show(List<FoundTechnique> found, Terminal terminal)
    {
        foreach (var release in found.GroupBy(technique => technique.Release))
        {
            terminal.Out.WriteLine($"ATT&CK {release.Key}");
            if (release.Count() > MostDescribed)
            {
                foreach (var technique in release)
                {
                    terminal.Out.WriteLine($"  {technique.Id,-10} {technique.Name}  ({string.Join(", ", technique.Tactics.Select(tactic => tactic.Name))})");
                }
            }
            else
            {
                foreach (var technique in release)
                {
                    Describe(technique, terminal.Out);
                }
            }
        }
    }

    private static void Describe(FoundTechnique technique, TextWriter output)
    {
        output.WriteLine($"  {technique.Id} {technique.Name}{(technique.RedirectedFrom is null ? "" : $"  (was {technique.RedirectedFrom})")}");
        Line(output, "tactics", string.Join(", ", technique.Tactics.Select(Text)));
        Line(output, "parent", technique.Parent is null ? "" : Text(technique.Parent));
        Line(output, "children", string.Join(", ", technique.SubTechniques.Select(Text)));
        Line(output, "page", technique.Url);
        Line(output, "groups", Some(technique.Groups));
        Line(output, "software", Some(technique.Software));
    }

    private static void Line(TextWriter output, string name, string text)
    {
        if (text.Length > 0)
        {
            output.WriteLine($"    {name,-9} {text}");
        }
    }

    private static string Some(IReadOnlyList<FoundName> names) =>
        string.Join(", ", names.Take(MostNames).Select(Text)) + (names.Count > MostNames ? $" and {names.Count - MostNames} more (--output json has all)" : "");

    private static string Text(FoundName name) => $"{name.Name} ({name.Id})";
}
