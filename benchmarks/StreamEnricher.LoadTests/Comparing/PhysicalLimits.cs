using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Benching;
using StreamEnricher.Cli.Benching.Load;
using StreamEnricher.Cli.Benching.Receivers;
using StreamEnricher.Cli.Benching.Stages;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Core.Metrics;
using StreamEnricher.LoadTests.Reports;

namespace StreamEnricher.LoadTests.Comparing;

/// <summary>How close each stage is to what the machine allows: copying the same bytes, one pass over them, and the bare loopback interface.</summary>
internal static class PhysicalLimits
{
    private const int Requests = 200;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StageBudget = TimeSpan.FromSeconds(8);

    /// <summary>Measures for the formats that hotpath figures are known of, and writes <c>limits.md</c>.</summary>
    public static async Task RunAsync(string folder, string command)
    {
        var options = PipelineFile.Parse(BenchPipeline.Yaml, BenchPipeline.Name, [], static _ => null, Inventory.BesideExecutable()).Options!;
        await using var plan = EnrichmentPlan.Load(options, TimeProvider.System, NullLoggerFactory.Instance);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# What the machine allows\n\n    {command}\n\n{Machine.Describe()}\n\nns an event, medians of rounds that take turns. The multiple is of the limit of the same bytes.\n");
        foreach (var kind in new[] { "detection", "suricata_eve", "windows" })
        {
            var load = LoadStreams.Generate([kind], 1000, 0, null, options, plan);
            text.Append(CultureInfo.InvariantCulture, $"\n## {kind}, mean {load.EventBytes:N0} B\n\n| stage | ns | limit | ns | multiple |\n|---|---|---|---|---|\n");
            foreach (var (stage, own, limit, least) in await MeasureAsync(load, options, plan))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {stage} | {own:N0} | {limit} | {least:N0} | {own / least:0.0} |\n");
            }
        }

        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "limits.md"), text.ToString());
        Console.WriteLine(text);
    }

    private static async Task<IReadOnlyList<(string Stage, double Own, string Limit, double Least)>> MeasureAsync(LoadStreams load, PipelineOptions options, EnrichmentPlan plan)
    {
        using var metrics = new PipelineMetrics("StreamEnricher.Bench");
        var stages = new EnrichStages(load.Streams[0], load.Sources, PipelineSinks.Encoders(options, plan, plan.Output()), plan, metrics, NullLoggerFactory.Instance);
        var own = stages.Measure(StageBudget, CancellationToken.None).ToDictionary(static stage => stage.Stage, static stage => stage.Nanoseconds);
        var events = load.Streams[0].Events;
        var input = events.SelectMany(static one => one).ToArray();
        var rows = new List<(string, double, string, double)>();
        var target = new byte[64 << 20];
        var least = RoundRobin.Medians(
            [() => input.CopyTo(target, 0), () => Each(events, static one => Utf8.IsValid(one)), () => Each(events, Tokenise)], Budget, CancellationToken.None);
        var perEvent = Array.ConvertAll(least, one => one.TotalNanoseconds / events.Count);
        rows.Add(("read (copy into the batch)", own["read"], "memory copy of the event", perEvent[0]));
        rows.Add(("scan", own["scan"], "one vector pass (UTF-8 check)", perEvent[1]));
        rows.Add(("scan", own["scan"], "Utf8JsonReader, every token", perEvent[2]));
        rows.Add(("map and attribute", own["map"] + own["attribute"], "Utf8JsonReader, every token", perEvent[2]));
        for (var sink = 0; sink < options.ActiveSinks.Count; sink++)
        {
            var (name, sinkOptions) = options.ActiveSinks[sink];
            using var encoded = stages.Encode(sink)!;
            var body = encoded.Slice(0, encoded.Length);
            var copy = RoundRobin.Medians([() => body.Span.CopyTo(target)], Budget / 2, CancellationToken.None)[0].TotalNanoseconds / encoded.Count;
            rows.Add(($"encode {name}, {encoded.Length / encoded.Count:N0} B", own["encode " + name], "memory copy of the output", copy));
            var send = await DeliveryStages.MeasureAsync(name, sinkOptions, encoded, options, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
            rows.Add(($"send {name}", send[^1].Nanoseconds, "bare socket, same bytes", Socket(body) / encoded.Count));
        }

        return rows;
    }

    private static void Each(IReadOnlyList<byte[]> events, Func<byte[], bool> work)
    {
        for (var i = 0; i < events.Count; i++)
        {
            work(events[i]);
        }
    }

    private static bool Tokenise(byte[] one)
    {
        var reader = new Utf8JsonReader(one);
        while (reader.Read())
        {
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }

    /// <summary>CPU nanoseconds of sending a body as a request over a connection that is there, and reading the answer.</summary>
    private static double Socket(ReadOnlyMemory<byte> body)
    {
        using var receiver = HttpReceiver.Start(new ReceiverOptions());
        var cpu = new ThreadCpu();
        cpu.Count(() =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(IPAddress.Loopback, new Uri(receiver.Url).Port);
            var head = Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\ncontent-length: {body.Length}\r\n\r\n");
            var answer = new byte[4096];
            for (var request = 0; request < Requests; request++)
            {
                socket.Send(head);
                socket.Send(body.Span);
                socket.Receive(answer);
            }
        });
        return ThreadCpu.IsKnown ? cpu.Total.TotalNanoseconds / Requests : double.NaN;
    }
}
