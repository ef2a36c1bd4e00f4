using System.CommandLine;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Releases;

namespace StreamEnricher.Cli.Commands.Attack;

/// <summary><c>attack</c>: what the releases of ATT&amp;CK hold, and what was seen of them.</summary>
internal static class AttackCommand
{
    /// <summary>The command with its three verbs.</summary>
    public static Command Create(Terminal terminal) => new DocumentedCommand(
        "attack",
        "Look into the ATT&CK releases: what they hold, what an id or a name means, and a Navigator layer of what was seen.",
        "streamenricher attack lookup T1086",
        "streamenricher attack layer documents.ndjson > layer.json")
    {
        InfoCommand.Create(terminal),
        LookupCommand.Create(terminal),
        LayerCommand.Create(terminal),
    };

    /// <summary><c>--catalogue</c>, several times.</summary>
    public static Option<string[]> Catalogues() => new("--catalogue")
    {
        HelpName = "release",
        Description = "Shipped release (19, 18.1), a folder of the same shape, or MITRE's STIX bundle (enterprise-attack.json). Can be given several times. Default: all that are shipped.",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Loads releases, the newest of the shipped ones first; null after what is wrong has been written to standard error.</summary>
    public static async Task<IReadOnlyList<AttackRelease>?> LoadAsync(IReadOnlyList<string> names, Terminal terminal)
    {
        try
        {
            var wanted = names.Count > 0 ? names : [.. Inventory.BesideExecutable().Catalogues.OrderByDescending(Number)];
            return [.. wanted.Select(ShippedData.BesideExecutable.LoadRelease)];
        }
        catch (DataFileException problem)
        {
            await terminal.Error.WriteLineAsync(problem.Message);
            return null;
        }
    }

    private static decimal Number(string release) =>
        decimal.TryParse(release, System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : 0;
}
