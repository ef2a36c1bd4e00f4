using System.CommandLine;
using System.CommandLine.Parsing;
using StreamEnricher.Cli.Hosting;

namespace StreamEnricher.Cli.Commands;

/// <summary>Arguments and options that several commands have.</summary>
internal static class CommonOptions
{
    private const string LogFormatName = "--log-format";
    private const string LogLevelName = "--log-level";

    /// <summary>The pipeline file.</summary>
    public static Argument<string> Pipeline() => new("PIPELINE") { Description = "Pipeline file, such as pipelines/detections.yaml." };

    /// <summary><c>--set path=value</c>.</summary>
    public static Option<string[]> Set() => new("--set")
    {
        HelpName = "path=value",
        Description = "Override a key of the pipeline file, such as --set limits.memory=1GiB. Can be given several times.",
        DefaultValueFactory = _ => [],
    };

    /// <summary><c>--output text|json</c>.</summary>
    public static Option<string> Output()
    {
        var option = new Option<string>("--output") { Description = "Form of the result.", DefaultValueFactory = _ => "text" };
        return option.AcceptOnlyFromAmong("text", "json");
    }

    /// <summary><c>--log-format</c>, on every command.</summary>
    public static Option<string> LogFormat() => Word(LogFormatName, "Form of the log on standard error.", "text", "json");

    /// <summary><c>--log-level</c>, on every command.</summary>
    public static Option<string> LogLevel() => Word(LogLevelName, "Least level that is logged.", "information", "debug", "warning", "error");

    /// <summary>The log that the two options ask for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="least">Least level that is logged unless the command line names one.</param>
    public static ILoggerFactory CreateLoggers(ParseResult parsed, LogLevel least = Microsoft.Extensions.Logging.LogLevel.Information) => Logs.Create(
        parsed.GetValue<string>(LogFormatName) == "json",
        parsed.GetResult(LogLevelName) is OptionResult { Implicit: false } ? Enum.Parse<LogLevel>(parsed.GetRequiredValue<string>(LogLevelName), ignoreCase: true) : least,
        !Console.IsErrorRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));

    private static Option<string> Word(string name, string description, params string[] words) =>
        new Option<string>(name) { Recursive = true, Description = description, DefaultValueFactory = _ => words[0] }.AcceptOnlyFromAmong(words);
}
