using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Elasticsearch;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery;

/// <summary>An Elasticsearch sink against a scripted server, with a clock that skips waits.</summary>
internal sealed class ElasticsearchBench : IAsyncDisposable
{
    public const string DataStream = "logs-test-default";

    private ElasticsearchBench(ScriptedServer server, Func<ElasticsearchOptions, ElasticsearchOptions> configure)
    {
        Server = server;
        Options = configure(new ElasticsearchOptions
        {
            Name = "siem",
            Urls = [server.Url],
            Http = new HttpSettings { Timeout = SkippingClock.NeverByItself },
        });
        Sink = new ElasticsearchSink(Options, Counters.Metrics, Clock, NullLogger<ElasticsearchSink>.Instance);
    }

    public ScriptedServer Server { get; }

    public ElasticsearchOptions Options { get; }

    public ElasticsearchSink Sink { get; }

    public SinkCounters Counters { get; } = new();

    public SkippingClock Clock { get; } = new();

    /// <summary>Ids of the documents in each request, in order.</summary>
    public IEnumerable<string> Sent => Server.Requests.Select(static request =>
        string.Join(' ', request.Text.Split('\n').Where(static line => line.StartsWith("{\"create\"", StringComparison.Ordinal)).Select(NumberOf)));

    public static async Task<ElasticsearchBench> StartAsync(Func<ElasticsearchOptions, ElasticsearchOptions>? configure = null) =>
        new(await ScriptedServer.StartAsync(), configure ?? (static options => options));

    /// <summary>Delivers documents {"n":0}, {"n":1}, …</summary>
    public Task<IReadOnlyList<RejectedRecord>> DeliverAsync(int count) => DeliverAsync([.. Enumerable.Range(0, count).Select(static i => $"{{\"n\":{i}}}")]);

    public async Task<IReadOnlyList<RejectedRecord>> DeliverAsync(params IReadOnlyList<string> documents)
    {
        using var batch = SinkBatches.Bulk(DataStream, documents);
        return await Sink.DeliverAsync(batch, TestContext.Current.CancellationToken);
    }

    /// <summary>Numbers of the documents that the server has.</summary>
    public IEnumerable<int> Stored(int count) => Enumerable.Range(0, count).Where(i => Server.Bulk.Documents.ContainsKey(SinkBatches.Id(i)));

    public async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        await Server.DisposeAsync();
        Counters.Dispose();
    }

    private static string NumberOf(string action) => action[(action.LastIndexOf('"', action.Length - 4) + 1)..^3].TrimStart('0') is { Length: > 0 } number ? number : "0";
}
