using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;

namespace StreamEnricher.Cli.Commands;

/// <summary>Reads the pipeline of a command and shows what is wrong with it.</summary>
internal static class PipelineInput
{
    /// <summary>The pipeline, or null after its problems have been written to standard error.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overrides"><c>path=value</c> of each <c>--set</c>.</param>
    /// <param name="terminal">Where to write.</param>
    /// <param name="warnings">Also write what does not keep the pipeline from running; not for commands that leave the sinks alone.</param>
    public static PipelineOptions? Read(string path, IReadOnlyList<string> overrides, Terminal terminal, bool warnings)
    {
        var result = Load(path, overrides, terminal);
        if (warnings || result.Options is null)
        {
            Report(result.Problems, terminal);
        }

        return result.Options;
    }

    /// <summary>The file as it is now; nothing is written of its problems.</summary>
    public static PipelineFileResult Load(string path, IReadOnlyList<string> overrides, Terminal terminal) =>
        PipelineFile.Load(path, overrides, terminal.Environment, Inventory.BesideExecutable());

    /// <summary>Writes all problems, one a line.</summary>
    public static void Report(IEnumerable<ConfigurationProblem> problems, Terminal terminal)
    {
        foreach (var problem in problems)
        {
            terminal.Error.WriteLine(problem);
        }
    }
}
