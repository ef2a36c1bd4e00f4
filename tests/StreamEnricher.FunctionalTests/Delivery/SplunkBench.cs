using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Splunk;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery;

/// <summary>A Splunk sink against a scripted server, with a clock that skips waits.</summary>
internal sealed class SplunkBench : IAsyncDisposable
{
    public const string Token = "5ec2e7aa";

    private SplunkBench(ScriptedServer server, Func<SplunkHecOptions, SplunkHecOptions> configure)
    {
        Server = server;
        var options = configure(new SplunkHecOptions
        {
            Name = "splunk",
            Urls = [server.Url],
            Token = Token,
            Compression = BodyCompression.None,
            Http = new HttpSettings { Timeout = SkippingClock.NeverByItself },
        });
        Sink = new SplunkHecSink(options, Counters.Metrics, Clock, NullLogger<SplunkHecSink>.Instance);
    }

    public ScriptedServer Server { get; }

    public SplunkHecSink Sink { get; }

    public SinkCounters Counters { get; } = new();

    public SkippingClock Clock { get; } = new();

    /// <summary>Events of each request, in order.</summary>
    public IEnumerable<string> Sent => Server.Requests.Select(static request => Events(request.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)));

    /// <summary>Events that the server has, in the order stored.</summary>
    public string Stored => Events(Server.Hec.Events);

    public static async Task<SplunkBench> StartAsync(Func<SplunkHecOptions, SplunkHecOptions>? configure = null) =>
        new(await ScriptedServer.StartAsync(), configure ?? (static options => options));

    /// <summary>Delivers events 0, 1, 2, …</summary>
    public Task<IReadOnlyList<RejectedRecord>> DeliverAsync(int count) => DeliverAsync([.. Enumerable.Range(0, count).Select(static i => $"{i}")]);

    public async Task<IReadOnlyList<RejectedRecord>> DeliverAsync(params IReadOnlyList<string> events)
    {
        using var batch = SinkBatches.Envelopes(events);
        return await Sink.DeliverAsync(batch, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        await Server.DisposeAsync();
        Counters.Dispose();
    }

    private static string Events(IEnumerable<string> envelopes) => string.Join(' ', envelopes.Select(static envelope => envelope["{\"event\":".Length..^1]));
}
