using System.Text;
using StreamEnricher.Cli;
using StreamEnricher.Cli.Commands;

namespace StreamEnricher.Testing.Cli;

/// <summary>Runs command lines in this process with streams in memory.</summary>
internal static class CommandLine
{
    public static Task<Result> RunAsync(params string[] arguments) => RunWithInputAsync("", arguments);

    public static async Task<Result> RunWithInputAsync(string input, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var text = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal
        {
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
            OpenOutput = () => output,
            Out = text,
            Error = error,
            Environment = _ => null,
        };
        var exit = await Program.RunAsync(arguments, terminal);
        return new Result(exit, text.ToString() + Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>What a command line did.</summary>
    internal sealed record Result(int Exit, string Output, string Error);
}
