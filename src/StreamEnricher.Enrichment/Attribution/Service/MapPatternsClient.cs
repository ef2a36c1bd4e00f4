using System.Net.Http.Headers;
using System.Text.Json;

namespace StreamEnricher.Enrichment.Attribution.Service;

/// <summary>One attempt to ask the service: <c>POST {url}/map_patterns</c>.</summary>
/// <param name="http">Client, best without a time-out of its own: the caller's token ends the request.</param>
/// <param name="url">Address of the service.</param>
internal sealed class MapPatternsClient(HttpClient http, Uri url)
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly Uri _endpoint = new(url.AbsoluteUri.TrimEnd('/') + "/map_patterns");

    /// <summary>Asks about indicators.</summary>
    /// <exception cref="HttpRequestException">The service cannot be reached.</exception>
    /// <exception cref="ServiceReplyException">The status is no success, or the body is not what the contract says.</exception>
    public async Task<MapPatternsAnswer> AskAsync(IReadOnlyList<IndicatorMessage> indicators, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new MapPatternsRequest(indicators), MapPatternsJson.Default.MapPatternsRequest));
        content.Headers.ContentType = Json;
        using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint) { Content = content };
        using var response = await SendAsync(request, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
        {
            throw new ServiceReplyException($"status {(int)response.StatusCode}", response.StatusCode);
        }

        var reply = await ReadAsync(response, cancellation).ConfigureAwait(false);
        if (reply.Results is { } results)
        {
            return results.Count == indicators.Count
                ? new MapPatternsAnswer(results, HasResults: true)
                : throw new ServiceReplyException($"{results.Count} results for {indicators.Count} indicators");
        }

        return new MapPatternsAnswer(indicators.Count == 1 ? [reply] : null, HasResults: false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException problem) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException("the client's own time-out has passed", problem);
        }
    }

    private static async Task<MapPatternsReply> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await using (body.ConfigureAwait(false))
            {
                return await JsonSerializer.DeserializeAsync(body, MapPatternsJson.Default.MapPatternsReply, cancellation).ConfigureAwait(false)
                    ?? throw new ServiceReplyException("the reply is null");
            }
        }
        catch (JsonException problem)
        {
            throw new ServiceReplyException("the reply is not the JSON that was asked for: " + problem.Message, null, problem);
        }
    }
}

/// <summary>What the service said.</summary>
/// <param name="Replies">A reply for each indicator in their order; null when the server merged several and cannot tell them apart.</param>
/// <param name="HasResults">The server can tell several apart.</param>
internal sealed record MapPatternsAnswer(IReadOnlyList<MapPatternsReply?>? Replies, bool HasResults);
