using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.Delivery.Elasticsearch.Setup;

/// <summary>One request of a setup.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path below the node's address.</param>
/// <param name="Body">JSON; null where the server takes none.</param>
public sealed record SetupRequest(string Method, string Path, string? Body);

/// <summary>What the server said to a setup.</summary>
/// <param name="Request">The request.</param>
/// <param name="Status">HTTP status; 0 when there was no reply.</param>
/// <param name="IsDone">What was asked for is there.</param>
/// <param name="Detail">The server's words when it refused, or why there was no reply; empty when it is done.</param>
public sealed record SetupResult(SetupRequest Request, int Status, bool IsDone, string Detail);

/// <summary>Installs a sink's data stream and its templates. Can be repeated: templates are replaced, and a data stream that exists stays as it is.</summary>
public sealed class ElasticsearchSetup : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly ElasticsearchOptions _options;
    private readonly HttpClient _client;
    private readonly TimeProvider _time;

    /// <param name="options">The sink.</param>
    /// <param name="time">Clock of time-outs.</param>
    public ElasticsearchSetup(ElasticsearchOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _client = SinkHttpClient.Create(options.Http);
    }

    /// <summary>The requests for a data stream.</summary>
    /// <param name="isOpenSearch">The server is OpenSearch, whose <c>flattened</c> is called <c>flat_object</c>.</param>
    /// <param name="dataStream">Name of the data stream.</param>
    /// <param name="vendorNamespaces">Dotted namespaces that hold what has no ECS home.</param>
    public static IReadOnlyList<SetupRequest> Plan(bool isOpenSearch, string dataStream, IEnumerable<string> vendorNamespaces)
    {
        var mappings = new JsonObject
        {
            ["dynamic"] = false,
            ["date_detection"] = false,
            ["properties"] = IndexMapping.Properties(isOpenSearch, vendorNamespaces),
        };
        var component = new JsonObject
        {
            ["template"] = new JsonObject
            {
                ["settings"] = new JsonObject
                {
                    ["index"] = new JsonObject { ["codec"] = "best_compression", ["mapping"] = new JsonObject { ["total_fields"] = new JsonObject { ["limit"] = 5000 } } },
                },
                ["mappings"] = mappings,
            },
            ["_meta"] = new JsonObject { ["description"] = "ECS 9.4.0 and the namespaces of StreamEnricher; made by 'streamenricher setup'" },
        };
        var name = $"streamenricher-{dataStream}";
        var template = new JsonObject
        {
            ["index_patterns"] = new JsonArray(dataStream),
            ["data_stream"] = new JsonObject(),
            // Above the built-in logs-*-* (100) and what other shippers install (201).
            ["priority"] = 250,
            ["composed_of"] = new JsonArray($"{name}-mappings"),
        };
        return
        [
            new SetupRequest("PUT", $"/_component_template/{name}-mappings", component.ToJsonString()),
            new SetupRequest("PUT", $"/_index_template/{name}", template.ToJsonString()),
            new SetupRequest("PUT", $"/_data_stream/{dataStream}", null),
        ];
    }

    /// <summary>Asks the server what it is. A message instead when it cannot be asked.</summary>
    public async Task<(bool IsOpenSearch, string Version, string? Problem)> IdentifyAsync(CancellationToken cancellation)
    {
        var reply = await SendAsync(HttpMethod.Get, "/", null, cancellation).ConfigureAwait(false);
        if (reply.Status is < 200 or >= 300)
        {
            return (false, "", Problem(reply));
        }

        try
        {
            using var document = JsonDocument.Parse(reply.Body);
            var version = document.RootElement.GetProperty("version");
            var number = version.GetProperty("number").GetString() ?? "";
            return (version.TryGetProperty("distribution", out var distribution) && distribution.GetString() == "opensearch", number, null);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return (false, "", "what answers there is neither Elasticsearch nor OpenSearch: check the url");
        }
    }

    /// <summary>Sends the requests, and stops at the first that is refused.</summary>
    public async Task<IReadOnlyList<SetupResult>> ApplyAsync(IEnumerable<SetupRequest> requests, CancellationToken cancellation)
    {
        var results = new List<SetupResult>();
        foreach (var request in requests)
        {
            var reply = await SendAsync(new HttpMethod(request.Method), request.Path, request.Body, cancellation).ConfigureAwait(false);
            var isDone = reply.Status is >= 200 and < 300 || IsThereAlready(reply);
            results.Add(new SetupResult(request, reply.Status, isDone, isDone ? "" : Problem(reply)));
            if (!isDone)
            {
                break;
            }
        }

        return results;
    }

    /// <summary>Checks address, credentials and template; null when all is well.</summary>
    /// <param name="dataStream">Name of the data stream.</param>
    /// <param name="cancellation">Ends the check.</param>
    public async Task<string?> CheckAsync(string dataStream, CancellationToken cancellation)
    {
        var (_, _, problem) = await IdentifyAsync(cancellation).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        var reply = await SendAsync(HttpMethod.Get, $"/_index_template/streamenricher-{dataStream}", null, cancellation).ConfigureAwait(false);
        return reply.Status switch
        {
            >= 200 and < 300 => null,
            404 => $"there is no template for the data stream {dataStream}: run 'streamenricher setup'",
            _ => Problem(reply),
        };
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    /// <summary>Data streams are not replaced: the second setup is told that they exist.</summary>
    private static bool IsThereAlready(HttpReply reply) => reply.Status == 400 && reply.Body.Span.IndexOf("resource_already_exists_exception"u8) >= 0;

    private static string Problem(HttpReply reply) => reply.Status switch
    {
        0 => reply.Error!,
        401 or 403 => BulkVerdict.HoldReason(reply),
        _ => string.Create(CultureInfo.InvariantCulture, $"HTTP {reply.Status}: {reply.Excerpt()}"),
    };

    private Task<HttpReply> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(method, new Uri(_options.Urls[0].AbsoluteUri.TrimEnd('/') + path));
        if (body is not null)
        {
            request.Content = new StringContent(body, Json);
        }

        request.Headers.Authorization = ElasticsearchSink.Authorization(_options);
        return HttpReply.SendAsync(_client, request, _options.Http.Timeout, _time, cancellation);
    }
}
