using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Explaining;

namespace StreamEnricher.Cli.Commands;

/// <summary><c>explain</c>: the way of one event, hop by hop, to the exact bytes of each sink.</summary>
internal static class ExplainCommand
{
    private const string DefaultTopic = "stdin";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var pipeline = CommonOptions.Pipeline();
        var set = CommonOptions.Set();
        var output = CommonOptions.Output();
        var topic = new Option<string?>("--topic") { HelpName = "topic", Description = "Topic that the event is taken to come from, which decides its format. Default: recognised by its content." };
        var command = new DocumentedCommand(
            "explain",
            "Show the way of one event from standard input: format, fields, what is left over, techniques with evidence, and the exact bytes of each sink. Sends nothing.",
            "head -1 events.ndjson | streamenricher explain pipelines/detections.yaml --topic traffic_monitor",
            "head -1 eve.json | streamenricher explain pipelines/detections.yaml --output json")
        {
            pipeline, set, topic, output,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var loggers = CommonOptions.CreateLoggers(parsed);
            return PipelineInput.Read(parsed.GetRequiredValue(pipeline), parsed.GetRequiredValue(set), terminal, warnings: false) is { } options
                ? await PlanInput.UseAsync(
                    options, terminal, loggers, plan => RunAsync(options, plan, parsed.GetValue(topic), parsed.GetValue(output) == "json", terminal, loggers, cancellation))
                : ExitCodes.Usage;
        });
        return command;
    }

    private static async Task<int> RunAsync(
        PipelineOptions options, EnrichmentPlan plan, string? topic, bool json, Terminal terminal, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var name = topic is null ? null : options.Sources.FirstOrDefault(source => source.Value.Topics.Any(pattern => Reads(pattern, topic))).Key;
        if (topic is not null && name is null)
        {
            await terminal.Error.WriteLineAsync($"no source of the pipeline reads the topic {topic} (topics: {string.Join(", ", options.Sources.SelectMany(source => source.Value.Topics))})");
            return ExitCodes.Usage;
        }

        using var input = new MemoryStream();
        await terminal.OpenInput().CopyToAsync(input, cancellation);
        var value = input.ToArray().AsMemory();
        var source = StdinSource.Choose(plan, name);
        using var explainer = new Explainer(options, plan, [source], loggers);
        var explanation = await explainer.ExplainAsync(source.Name, topic ?? DefaultTopic, 0, value[..value.Span.TrimEnd("\r\n"u8).Length], cancellation);
        if (json)
        {
            await terminal.Out.WriteLineAsync(JsonSerializer.Serialize(explanation, Json));
        }
        else
        {
            ExplanationText.Write(explanation, options.Output.KeepUnmapped, terminal.Out);
        }

        return explanation.Refused is null ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static bool Reads(string pattern, string topic) =>
        pattern.StartsWith('^') ? Regex.IsMatch(topic, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) : pattern == topic;
}
