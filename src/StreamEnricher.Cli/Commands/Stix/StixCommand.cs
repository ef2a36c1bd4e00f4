using System.CommandLine;

namespace StreamEnricher.Cli.Commands.Stix;

/// <summary><c>stix</c>: checking objects, and taking them out as a bundle.</summary>
internal static class StixCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(Terminal terminal) => new("stix", "Check STIX objects, or take those of a pipeline out as a bundle.") { StixValidateCommand.Create(terminal), StixExportCommand.Create(terminal) };
}
