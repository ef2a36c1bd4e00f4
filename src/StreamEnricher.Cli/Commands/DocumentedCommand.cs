using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace StreamEnricher.Cli.Commands;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class DocumentedCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Command lines that work as they stand.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;
}

/// <summary>The built-in help, with the command's examples behind it.</summary>
/// <param name="builtIn">Writes all but the examples.</param>
/// <param name="rootExamples">Examples of the program itself.</param>
internal sealed class ExamplesHelpAction(HelpAction builtIn, IReadOnlyList<string> rootExamples) : SynchronousCommandLineAction
{
    /// <inheritdoc />
    public override bool ClearsParseErrors => builtIn.ClearsParseErrors;

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        var exit = builtIn.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in parseResult.CommandResult.Command is DocumentedCommand documented ? documented.Examples : rootExamples)
        {
            output.WriteLine("  " + example);
        }

        return exit;
    }
}
