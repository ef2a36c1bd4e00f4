using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.Explaining;
using StreamEnricher.Cli.FormatTrials;
using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Formats.Decoding;
using Suggestion = StreamEnricher.Cli.Configuration.Suggestion;

namespace StreamEnricher.Cli.Commands;

/// <summary><c>format</c>: the formats of events, and what they make of a sample.</summary>
internal static class FormatCommand
{
    private const int DefaultLimit = 10_000;

    /// <summary>The command with its two subcommands.</summary>
    public static Command Create(Terminal terminal) => new("format", "List the formats of events, or try one on a sample.") { List(terminal), Try(terminal) };

    private static DocumentedCommand List(Terminal terminal)
    {
        var folders = Folders();
        var output = CommonOptions.Output();
        var command = new DocumentedCommand("list", "List all formats that events may have.", "streamenricher format list", "streamenricher format list --formats my-formats --output json") { folders, output };
        command.SetAction(async parsed =>
        {
            var problems = new List<FormatProblem>();
            if (FormatCatalog.Load([ShippedFiles.Formats, .. parsed.GetRequiredValue(folders)], problems) is not { } formats)
            {
                await terminal.Error.WriteLineAsync(string.Join(Environment.NewLine, problems));
                return ExitCodes.Usage;
            }

            ReportedFormat[] listed = [.. formats.Plans.Select(plan => Describe(plan, formats))];
            if (parsed.GetValue(output) == "json")
            {
                await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(new ReportedFormats(listed), CommandJson.Default.ReportedFormats));
            }
            else
            {
                Show(listed, terminal);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static DocumentedCommand Try(Terminal terminal)
    {
        var file = new Argument<string>("FILE") { Description = "Events, one a line; - for standard input." };
        var format = new Option<string>("--format") { HelpName = "name", Description = "Format that the events have. Default: recognised event by event.", DefaultValueFactory = _ => "auto" };
        var folders = Folders();
        var limit = new Option<int>("--limit") { HelpName = "events", Description = "Events that are read at most.", DefaultValueFactory = _ => DefaultLimit };
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "try",
            "Show for a sample of events which formats take them, which ECS field comes from where, what is left over, and what ECS would refuse.",
            "streamenricher format try events.ndjson",
            "tail -1000 eve.json | streamenricher format try - --format suricata_eve --output json")
        {
            file, format, folders, limit, output,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var loggers = CommonOptions.CreateLoggers(parsed, LogLevel.Warning);
            var read = PipelineFile.Parse(BarePipeline.Yaml, BarePipeline.Name, [], terminal.Environment, Inventory.BesideExecutable());
            var options = read.Options! with { Formats = [.. parsed.GetRequiredValue(folders).Select(Path.GetFullPath)] };
            return await PlanInput.UseAsync(options, terminal, loggers, async plan =>
            {
                var name = parsed.GetRequiredValue(format);
                var declared = name == "auto" ? null : plan.Formats.Find(name);
                if (name != "auto" && declared is null)
                {
                    await terminal.Error.WriteLineAsync($"there is no format {name} ({Suggestion.For(name, [.. plan.Formats.Plans.Select(one => one.Name)])})");
                    return ExitCodes.Usage;
                }

                using var explainer = new Explainer(options, plan, [new SourceFormat(name, declared)], loggers);
                return await TryAsync(explainer, name, parsed.GetRequiredValue(file), parsed.GetValue(limit), parsed.GetValue(output) == "json", terminal, cancellation);
            });
        });
        return command;
    }

    private static async Task<int> TryAsync(Explainer explainer, string source, string path, int limit, bool json, Terminal terminal, CancellationToken cancellation)
    {
        var trial = new FormatTrial();
        try
        {
            await using var stream = path == "-" ? terminal.OpenInput() : File.OpenRead(path);
            using var reader = new StreamReader(stream);
            while (trial.Events < limit && await reader.ReadLineAsync(cancellation) is { } line)
            {
                if (line.Length > 0)
                {
                    trial.Add(await explainer.ExplainAsync(source, source, 0, System.Text.Encoding.UTF8.GetBytes(line), cancellation));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync($"{path}: {exception.Message}");
            return ExitCodes.Usage;
        }

        if (json)
        {
            await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(trial, CommandJson.Default.FormatTrial));
        }
        else
        {
            FormatTrialText.Write(trial, terminal.Out);
        }

        return trial.DeadLetters.Count > 0 || trial.Refused.Count > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static Option<string[]> Folders() => new("--formats")
    {
        HelpName = "folder",
        Description = "Folder with formats of your own; one of the same name replaces a shipped one. Can be given several times.",
        DefaultValueFactory = _ => [],
    };

    private static ReportedFormat Describe(FormatPlan plan, FormatCatalog formats) => new(
        plan.Name,
        plan.Title,
        plan.Decode is null ? ["json"] : ["json", TextDecoder.NameOf(plan.Decode.Form)],
        plan.RecogniseCondition is not null || plan.Decode is not null || plan == formats.Generic,
        [.. plan.Cases.Select(one => one.VendorNamespace).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        [.. plan.Cases.Select(one => one.Name)]);

    private static void Show(ReportedFormat[] formats, Terminal terminal)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        table.AddColumns("FORMAT", "EVENTS", "INPUT", "CASES", "VENDOR NAMESPACE");
        foreach (var format in formats)
        {
            table.AddRow(
                Markup.Escape(format.Name),
                Markup.Escape(format.Title ?? ""),
                string.Join(", ", format.Input),
                format.Cases.Count.ToString(System.Globalization.CultureInfo.InvariantCulture),
                Markup.Escape(format.VendorNamespaces.Count <= 2 ? string.Join(", ", format.VendorNamespaces) : $"{format.VendorNamespaces[0]} and {format.VendorNamespaces.Count - 1} more"));
        }

        terminal.CreateConsole().Write(table);
    }
}
