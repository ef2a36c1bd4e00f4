using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using StreamEnricher.Cli.Api;
using StreamEnricher.Cli.Api.Group;
using StreamEnricher.Cli.Api.Live;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Hosting;

namespace StreamEnricher.Cli.Commands.Live;

/// <summary><c>top</c>: a running pipeline, looked at over its API.</summary>
internal static class TopCommand
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan MostInterval = TimeSpan.FromHours(1);

    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal)
    {
        var address = new ApiAddress();
        var once = new Option<bool>("--once") { Description = "Print how it stands now, and end." };
        var interval = new Option<string>("--interval") { HelpName = "duration", Description = "How often to look, from 200ms.", DefaultValueFactory = _ => "1s" };
        var output = CommonOptions.Output();
        var command = new DocumentedCommand(
            "top",
            "Watch a running pipeline: all sinks, topics and partitions, and the processes of its group. Redraws on a terminal until Ctrl-C; elsewhere it prints one block, or with --output json one line, at each look.",
            "streamenricher top",
            "STREAMENRICHER_TOKEN=$(cat token) streamenricher top --url https://soc.example --once --output json")
        {
            once, interval, output,
        };
        address.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            if (!Units.TryParseDuration(parsed.GetRequiredValue(interval), out var period) || period < LeastInterval || period > MostInterval)
            {
                await terminal.Error.WriteLineAsync("--interval must be a duration from 200ms to 1h");
                return ExitCodes.Usage;
            }

            using var client = address.Connect(parsed, terminal);
            if (client is null)
            {
                return ExitCodes.Usage;
            }

            using var signals = new StopSignals(cancellation);
            var json = parsed.GetValue(output) == "json";
            try
            {
                if (terminal.IsInteractive && !json && !parsed.GetValue(once))
                {
                    await WatchAsync(client, period, terminal, signals.Stop);
                }
                else
                {
                    await PrintAsync(client, period, parsed.GetValue(once), json, terminal, signals.Stop);
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

    private static async Task PrintAsync(ApiClient client, TimeSpan period, bool once, bool json, Terminal terminal, CancellationToken stop)
    {
        var console = terminal.CreateConsole();
        using var timer = new PeriodicTimer(period);
        do
        {
            var (live, group) = await LookAsync(client, stop);
            if (json)
            {
                var answer = JsonNode.Parse(live)!;
                answer["group_view"] = group is null ? null : JsonNode.Parse(group);
                await terminal.Out.WriteLineAsync(answer.ToJsonString(ApiJson.Options));
            }
            else
            {
                console.Write(TopView.Of(Read<LiveView>(live, client), group is null ? null : Read<GroupAnswer>(group, client)));
                console.WriteLine();
            }
        }
        while (!once && await timer.WaitForNextTickAsync(stop));
    }

    /// <summary>Redraws; a process that is away for a while is waited for, once it has been seen.</summary>
    private static async Task WatchAsync(ApiClient client, TimeSpan period, Terminal terminal, CancellationToken stop)
    {
        var (live, group) = await LookAsync(client, stop);
        await terminal.CreateConsole().Live(View(live, group, client)).AutoClear(false).Overflow(VerticalOverflow.Ellipsis).StartAsync(async screen =>
        {
            using var timer = new PeriodicTimer(period);
            while (await timer.WaitForNextTickAsync(stop))
            {
                try
                {
                    (live, group) = await LookAsync(client, stop);
                    screen.UpdateTarget(View(live, group, client));
                }
                catch (ApiCallException error)
                {
                    screen.UpdateTarget(new Rows(new Markup($"[red]{Markup.Escape(TerminalText.Safe(error.Message))}[/]"), View(live, group, client)));
                }
            }
        });
    }

    private static Spectre.Console.Rendering.IRenderable View(string live, string? group, ApiClient client) =>
        TopView.Of(Read<LiveView>(live, client), group is null ? null : Read<GroupAnswer>(group, client));

    private static async Task<(string Live, string? Group)> LookAsync(ApiClient client, CancellationToken cancellation)
    {
        var live = await client.GetAsync("api/live", cancellation);
        try
        {
            return (live, await client.GetAsync("api/group", cancellation));
        }
        catch (ApiCallException)
        {
            // The brokers do not answer it; its own figures are there all the same.
            return (live, null);
        }
    }

    private static T Read<T>(string json, ApiClient client)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, ApiJson.Options) ?? throw new JsonException("null");
        }
        catch (JsonException error)
        {
            throw new ApiCallException($"{client.Address} is of another version: its answer cannot be read ({error.Message})");
        }
    }
}
