using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using StreamEnricher.Cli.Commands.DeadLetters;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Composition.DeadLetters;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Kafka;

namespace StreamEnricher.Cli.Commands.Attack;

/// <summary><c>attack layer</c>.</summary>
internal static class LayerCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.ZeroOrMore, Description = "Enriched events, one a line: ECS documents, search hits, HEC envelopes or common events. Default: standard input." };
        var since = FilterOptions.Moment("--since", "Events since then: 2026-03-01T12:00:00Z, or 2h for two hours ago.");
        var letters = new Option<string?>("--dead-letters") { HelpName = "PIPELINE", Description = "Take the dead letters of this pipeline instead, attributed as it would." };
        var name = new Option<string>("--name") { HelpName = "text", Description = "Name of the layer.", DefaultValueFactory = _ => "StreamEnricher" };
        var catalogue = new Option<string>("--catalogue") { HelpName = "release", Description = "Release that the layer is for; ids of others become its own.", DefaultValueFactory = _ => Configuration.Defaults.Catalogue };
        var command = new DocumentedCommand(
            "layer",
            "Write an ATT&CK Navigator layer (format 4.5) of the techniques that were seen: score is the number of events. Of a running pipeline: GET /api/attack/layer.",
            "streamenricher attack layer documents.ndjson --since 24h > layer.json",
            "streamenricher enrich pipelines/detections.yaml --to event < events.ndjson | streamenricher attack layer > layer.json",
            "streamenricher attack layer --dead-letters pipelines/detections.yaml > refused.json")
        {
            files, since, letters, name, catalogue,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (await AttackCommand.LoadAsync([parsed.GetRequiredValue(catalogue)], terminal) is not { } releases)
            {
                return ExitCodes.Usage;
            }

            var seen = new SeenTechniques();
            var from = parsed.GetValue(since);
            var exit = parsed.GetValue(letters) is { } pipeline
                ? await AddDeadLettersAsync(parsed, pipeline, from, seen, terminal, cancellation)
                : await AddFilesAsync(parsed.GetValue(files) ?? [], from, seen, terminal, cancellation);
            if (exit == ExitCodes.Done)
            {
                Write(new NavigatorLayer(parsed.GetRequiredValue(name), releases[0].Catalogue, seen.Seen) { Description = Describe(seen, from) }, terminal);
            }

            return exit;
        });
        return command;
    }

    private static string Describe(SeenTechniques seen, DateTimeOffset? since) =>
        string.Create(CultureInfo.InvariantCulture, $"Techniques of {seen.Events} events{(since is { } moment ? $" since {moment.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "")}; the score is the number of events.");

    private static void Write(NavigatorLayer layer, Terminal terminal)
    {
        using var output = terminal.OpenOutput();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            layer.WriteTo(writer);
        }

        output.WriteByte((byte)'\n');
    }

    private static async Task<int> AddFilesAsync(string[] files, DateTimeOffset? since, SeenTechniques seen, Terminal terminal, CancellationToken cancellation)
    {
        foreach (var file in files.Length > 0 ? files : ["-"])
        {
            try
            {
                await using var stream = file == "-" ? terminal.OpenInput() : File.OpenRead(file);
                using var reader = new StreamReader(stream);
                for (var line = 1; await reader.ReadLineAsync(cancellation) is { } text; line++)
                {
                    if (text.Length > 0 && !TryAdd(text, since, seen))
                    {
                        await terminal.Error.WriteLineAsync($"{file}:{line}: no enriched event; write them with streamenricher enrich PIPELINE --to ecs, hec or event");
                        return ExitCodes.Failed;
                    }
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                await terminal.Error.WriteLineAsync($"{file}: {error.Message}");
                return ExitCodes.Usage;
            }
        }

        return ExitCodes.Done;
    }

    private static bool TryAdd(string line, DateTimeOffset? since, SeenTechniques seen)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var isRefused = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("dead_letter", out _);
            return isRefused || seen.TryAdd(document.RootElement, since);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static async Task<int> AddDeadLettersAsync(
        ParseResult parsed, string pipeline, DateTimeOffset? since, SeenTechniques seen, Terminal terminal, CancellationToken cancellation)
    {
        using var loggers = CommonOptions.CreateLoggers(parsed, LogLevel.Error);
        if (PipelineInput.Read(pipeline, [], terminal, warnings: false) is not { } options)
        {
            return ExitCodes.Usage;
        }

        try
        {
            await using var techniques = new TechniqueFinder(options, loggers);
            await foreach (var letter in new DeadLetterBox(options, loggers).ReadAsync(new DeadLetterFilter { Since = since }, cancellation))
            {
                seen.Add(await techniques.FindScoresAsync(letter, cancellation));
            }

            return ExitCodes.Done;
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException or KafkaSetupException or CompositionException)
        {
            await terminal.Error.WriteLineAsync(error.Message);
            return ExitCodes.Failed;
        }
    }
}
