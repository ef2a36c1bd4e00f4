using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;

namespace StreamEnricher.Cli.Commands;

/// <summary>Reads the pipeline of a command and shows what is wrong with it.</summary>
internal static class PipelineInput
{
    /// <summary>The pipeline, or null after its problems have been written to standard error.</summary>
    public static PipelineOptions? Read(string path, IReadOnlyList<string> overrides, Terminal terminal)
    {
        var result = PipelineFile.Load(path, overrides, terminal.Environment, Inventory.BesideExecutable());
        Report(result, terminal);
        return result.Options;
    }

    /// <summary>Writes all problems, one a line.</summary>
    public static void Report(PipelineFileResult result, Terminal terminal)
    {
        foreach (var problem in result.Problems)
        {
            terminal.Error.WriteLine(problem);
        }
    }
}
