using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.FunctionalTests.Pipelines;

/// <summary><c>sink pause</c>, <c>resume</c>, <c>rewind</c> and <c>list</c> against a process that runs, and against none.</summary>
public sealed class SinkCommandTests
{
    private const string Secret = "a secret of at least thirty-two bytes, for tests";

    [Fact(Timeout = 120_000)]
    public async Task A_running_pipeline_pauses_resumes_and_rewinds_a_sink()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var bench = await PipelineBench.StartAsync();
        bench.Api = $"{{ listen: \"127.0.0.1:{FreePort()}\", jwt: {{ secret: \"{Secret}\" }} }}";
        bench.Feed([.. Enumerable.Range(0, 20).Select(static n => PipelineBench.Event(n))]);
        var options = PipelineFile.Load(bench.File(), [], static _ => null, Inventory.BesideExecutable()).Options!;
        await using var host = await PipelineHost.CreateAsync(options, exitAtEnd: false, TimeProvider.System, NullLoggerFactory.Instance);
        await using var server = await ApiServer.StartAsync(host.Api!, NullLoggerFactory.Instance, cancellation);
        using var stop = new CancellationTokenSource();
        var run = host.RunAsync(stop.Token, CancellationToken.None);
        await SourceProbe.UntilAsync(() => bench.Server.Hec.Events.Count == 20, "all events are in Splunk", cancellation);

        Assert.Equal("splunk is paused\n", await RunAsync("pause", bench, "splunk"));
        await SourceProbe.UntilAsync(() => host.Api!.Readiness().Ready && IsPaused(host), "the sink is paused", cancellation);
        bench.Feed([.. Enumerable.Range(20, 20).Select(static n => PipelineBench.Event(n))]);
        await SourceProbe.UntilAsync(() => bench.Server.Bulk.Documents.Count == 40, "the other sink goes on", cancellation);
        Assert.Equal(20, bench.Server.Hec.Events.Count);
        Assert.Contains("splunk           paused", await RunAsync("list", bench, "splunk"), StringComparison.Ordinal);

        Assert.Equal("splunk is resumed\n", await RunAsync("resume", bench, "splunk"));
        await SourceProbe.UntilAsync(() => bench.Server.Hec.Events.Count == 40, "it catches up", cancellation);
        await RunAsync("rewind", bench, "splunk", "--to", "earliest");
        await SourceProbe.UntilAsync(() => bench.Server.Hec.Events.Count == 80, "it gets everything again", cancellation);
        Assert.Equal(40, bench.Server.Bulk.Documents.Count);

        await stop.CancelAsync();
        Assert.Equal(EngineResult.Drained, await run);
    }

    [Fact]
    public async Task Without_a_process_pausing_is_refused_with_what_to_do_instead()
    {
        await using var bench = await PipelineBench.StartAsync();
        bench.Api = $"{{ listen: \"127.0.0.1:{FreePort()}\", jwt: {{ secret: \"{Secret}\" }} }}";

        var result = await CommandLine.RunAsync("sink", "pause", bench.File(), "splunk");

        Assert.Equal(1, result.Exit);
        Assert.StartsWith("No process of this pipeline answers at http://127.0.0.1:", result.Error, StringComparison.Ordinal);
        Assert.Contains("sinks.splunk.paused: true", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sink_that_is_paused_in_the_file_gets_nothing()
    {
        await using var bench = await PipelineBench.StartAsync();
        bench.SplunkKeys = ", paused: true";
        bench.Feed(PipelineBench.Event(1));

        var (exit, _, _) = await CommandLine.RunAsync("run", bench.File(), "--exit-at-end");

        Assert.Equal((1, 1, 0), (exit, bench.Server.Bulk.Documents.Count, bench.Server.Hec.Events.Count));
    }

    private static bool IsPaused(PipelineHost host) => host.Api!.Figures.Latest.Engine.Sinks.Single(static sink => sink.Name == "splunk") is { Paused: true, Attached: false };

    private static async Task<string> RunAsync(string verb, PipelineBench bench, params string[] arguments)
    {
        var result = await CommandLine.RunAsync(["sink", verb, bench.File(), .. arguments]);
        Assert.True(result.Exit == 0, result.Error);
        return result.Output;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
