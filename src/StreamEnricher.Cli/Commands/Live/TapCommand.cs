using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamEnricher.Cli.Api;
using StreamEnricher.Cli.Hosting;

namespace StreamEnricher.Cli.Commands.Live;

/// <summary><c>tap</c>: events of a running pipeline as they pass, over its API.</summary>
internal static class TapCommand
{
    private const int UsualRate = 10;

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var address = new ApiAddress();
        var where = new Option<string?>("--where") { HelpName = "condition", Description = "Only events for which it holds: a condition as after when: in a pipeline file, on the ECS document, such as 'event.severity|gte: 50'." };
        var at = new Option<string>("--at") { HelpName = "place", Description = "source (as read), enriched (the common event), or the name of a sink (its own bytes).", DefaultValueFactory = _ => "enriched" };
        var rate = new Option<int>("--rate") { Description = "Most events a second, up to 1000.", DefaultValueFactory = _ => UsualRate };
        var limit = new Option<long>("--limit") { Description = "End after so many events; 0 for never.", DefaultValueFactory = _ => 0 };
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "tap",
            "Show events as they pass through a running pipeline, one line each, without what looks like a secret. With --output json each line also has the event's place in Kafka. What is not shown is counted on standard error.",
            "streamenricher tap --where 'event.severity|gte: 70'",
            "streamenricher tap --at siem --where 'threat.technique.id: T1059' --limit 5 --output json")
        {
            where, at, rate, limit, output,
        };
        address.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var client = address.Connect(parsed, terminal);
            if (client is null)
            {
                return ExitCodes.Usage;
            }

            var path = string.Create(
                CultureInfo.InvariantCulture,
                $"api/tap?at={Uri.EscapeDataString(parsed.GetRequiredValue(at))}&rate={parsed.GetValue(rate)}&limit={parsed.GetValue(limit)}{(parsed.GetValue(where) is { } condition ? $"&where={Uri.EscapeDataString(condition)}" : "")}");
            using var signals = new StopSignals(cancellation);
            try
            {
                await foreach (var line in client.LinesAsync(path, signals.Stop))
                {
                    await ShowAsync(line, parsed.GetValue(output) == "json", terminal);
                }

                return ExitCodes.Done;
            }
            catch (ApiCallException error)
            {
                await terminal.Error.WriteLineAsync(TerminalText.Safe(error.Message));
                return ExitCodes.Failed;
            }
            catch (OperationCanceledException) when (signals.Stop.IsCancellationRequested)
            {
                return ExitCodes.Done;
            }
        });
        return command;
    }

    private static async Task ShowAsync(string line, bool json, Terminal terminal)
    {
        JsonNode? parsed;
        try
        {
            parsed = JsonNode.Parse(line);
        }
        catch (JsonException error)
        {
            throw new ApiCallException($"the answer cannot be read: {error.Message}");
        }

        if (parsed?["passed"] is { } passed)
        {
            await terminal.Error.WriteLineAsync($"not shown: {passed["over_rate"]} above --rate, {passed["unseen"]} passed while others were looked through");
            return;
        }

        if (json)
        {
            await WriteAsync(line, terminal);
            return;
        }

        foreach (var one in parsed?["lines"] as JsonArray ?? [parsed?["value"]?.DeepClone()])
        {
            await WriteAsync(one?.ToJsonString(ApiJson.Options) ?? "null", terminal);
        }
    }

    /// <summary>To a program the bytes go as they are.</summary>
    private static Task WriteAsync(string line, Terminal terminal) => terminal.Out.WriteLineAsync(terminal.IsInteractive ? TerminalText.Safe(line) : line);
}
