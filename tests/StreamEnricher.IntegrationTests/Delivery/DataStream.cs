using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Elasticsearch;
using StreamEnricher.Delivery.Elasticsearch.Setup;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Testing.Delivery;

namespace StreamEnricher.IntegrationTests.Delivery;

/// <summary>A data stream of its own name on a real server, with the product's setup and sink; removed at the end with its templates.</summary>
internal sealed class DataStream : IAsyncDisposable
{
    private readonly HttpClient _client;
    private readonly ElasticsearchSetup _setup;

    private DataStream(ElasticsearchOptions options, IEnumerable<SetupRequest> plan)
    {
        _client = new HttpClient { BaseAddress = options.Urls[0] };
        _setup = new ElasticsearchSetup(options, TimeProvider.System);
        Sink = new ElasticsearchSink(options, Counters.Metrics, TimeProvider.System, NullLogger<ElasticsearchSink>.Instance);
        Plan = [.. plan];
    }

    public static string NewName() => $"logs-streamenricher.test{Guid.NewGuid():n}-default";

    public string Name { get; private init; } = "";

    public IReadOnlyList<SetupRequest> Plan { get; }

    public SinkCounters Counters { get; } = new();

    public ElasticsearchSink Sink { get; }

    public static async Task<DataStream> StartAsync(BodyCompression compression = BodyCompression.None, params IReadOnlyList<string> vendorNamespaces)
    {
        var options = new ElasticsearchOptions { Name = "siem", Urls = [ServerAddress.Elasticsearch], Compression = compression };
        using var setup = new ElasticsearchSetup(options, TimeProvider.System);
        var (isOpenSearch, _, problem) = await setup.IdentifyAsync(TestContext.Current.CancellationToken);
        Assert.Null(problem);
        var name = NewName();
        return new DataStream(options, ElasticsearchSetup.Plan(isOpenSearch, name, vendorNamespaces)) { Name = name };
    }

    public async Task<IReadOnlyList<SetupResult>> SetUpAsync() => await _setup.ApplyAsync(Plan, TestContext.Current.CancellationToken);

    public Task<string?> CheckAsync() => _setup.CheckAsync(Name, TestContext.Current.CancellationToken);

    public async Task<IReadOnlyList<RejectedRecord>> DeliverAsync(params IReadOnlyList<string> documents)
    {
        using var batch = SinkBatches.Bulk(Name, documents);
        return await DeliverAsync(batch);
    }

    public async Task<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch) => await Sink.DeliverAsync(batch, TestContext.Current.CancellationToken);

    /// <summary>Documents that a query finds, the oldest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> SearchAsync(string query = """{"match_all":{}}""")
    {
        using var refreshed = await _client.PostAsync(new Uri($"{Name}/_refresh", UriKind.Relative), null, TestContext.Current.CancellationToken);
        refreshed.EnsureSuccessStatusCode();
        using var reply = await _client.PostAsJsonAsync(
            new Uri($"{Name}/_search?size=1000&sort=_doc", UriKind.Relative), JsonNode.Parse($$"""{"query":{{query}}}"""), TestContext.Current.CancellationToken);
        reply.EnsureSuccessStatusCode();
        var found = await reply.Content.ReadFromJsonAsync<JsonNode>(TestContext.Current.CancellationToken);
        return [.. found!["hits"]!["hits"]!.AsArray().Select(static hit => hit!["_source"]!)];
    }

    /// <summary>Sends a request of the test's own.</summary>
    public async Task SendAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")) };
        using var reply = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        reply.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await Sink.DisposeAsync();
        _setup.Dispose();
        Counters.Dispose();
        foreach (var path in Plan.Reverse().Select(static request => request.Path[1..]))
        {
            using var reply = await _client.DeleteAsync(new Uri(path, UriKind.Relative), CancellationToken.None);
        }

        _client.Dispose();
    }
}
