using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using StreamEnricher.Cli.Commands;
using StreamEnricher.Cli.Commands.Attack;
using StreamEnricher.Cli.Commands.DeadLetters;
using StreamEnricher.Cli.Commands.Live;
using StreamEnricher.Cli.Commands.Sinks;
using StreamEnricher.Cli.Commands.Stix;

namespace StreamEnricher.Cli;

/// <summary>The executable.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments) => RunAsync(arguments, Terminal.OfProcess());

    /// <summary>Runs one command line; returns the process's exit code.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal)
    {
        var parsed = CreateRoot(terminal).Parse(arguments);
        if (parsed.Action is ParseErrorAction wrongUse)
        {
            wrongUse.ShowHelp = false;
        }

        // run handles signals itself: the first drains, the second aborts.
        var exit = await parsed.InvokeAsync(new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, ProcessTerminationTimeout = null });
        return parsed.Action is ParseErrorAction ? ExitCodes.Usage : exit;
    }

    private static RootCommand CreateRoot(Terminal terminal)
    {
        var root = new RootCommand("Reads detection events from Kafka, attributes them to MITRE ATT&CK, and delivers them to Elasticsearch, Splunk, STIX, Kafka and files.")
        {
            CommonOptions.LogFormat(),
            CommonOptions.LogLevel(),
            RunCommand.Create(terminal),
            ValidateCommand.Create(terminal),
            SetupCommand.Create(terminal),
            EnrichCommand.Create(terminal),
            ExplainCommand.Create(terminal),
            DemoCommand.Create(terminal),
            TokenCommand.Create(terminal),
            DlqCommand.Create(terminal),
            SinkCommand.Create(terminal),
            StixCommand.Create(terminal),
            TestCommand.Create(terminal),
            FormatCommand.Create(terminal),
            AttackCommand.Create(terminal),
            AttributionCommand.Create(terminal),
            BenchCommand.Create(terminal),
            TuneCommand.Create(terminal),
            TopCommand.Create(terminal),
            TapCommand.Create(terminal),
        };
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new ExamplesHelpAction((HelpAction)help.Action!, ["streamenricher validate pipelines/detections.yaml", "streamenricher run pipelines/detections.yaml"]);
        return root;
    }
}
