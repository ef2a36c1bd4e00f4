using System.Text;
using Spectre.Console;

namespace StreamEnricher.Cli.Commands;

/// <summary>Where a command reads and writes. Results go to <see cref="Out"/>, everything else to <see cref="Error"/>.</summary>
internal sealed record Terminal
{
    /// <summary>Events of enrich and explain.</summary>
    public required Func<Stream> OpenInput { get; init; }

    /// <summary>Results as bytes.</summary>
    public required Func<Stream> OpenOutput { get; init; }

    /// <summary>Results as text.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Problems and logs.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Value of an environment variable, null when it is not set.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary><see cref="Out"/> is looked at by a person and may be coloured and redrawn.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>The process's own. Colours and redrawing only on a terminal without NO_COLOR.</summary>
    public static Terminal OfProcess() => new()
    {
        OpenInput = Console.OpenStandardInput,
        OpenOutput = Console.OpenStandardOutput,
        Out = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true },
        Error = new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true },
        Environment = System.Environment.GetEnvironmentVariable,
        IsInteractive = !Console.IsOutputRedirected && string.IsNullOrEmpty(System.Environment.GetEnvironmentVariable("NO_COLOR")),
    };

    /// <summary>A console that draws tables on <see cref="Out"/>.</summary>
    public IAnsiConsole CreateConsole()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = IsInteractive ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = IsInteractive ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = IsInteractive ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(Out),
        });
        if (!IsInteractive)
        {
            // A file or a pipe has no width; the default of 80 would wrap tables.
            console.Profile.Width = 140;
        }

        return console;
    }
}
