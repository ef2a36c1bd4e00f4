using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Service;

/// <summary>A message handler in the place of the attribution service: keeps what it was sent and answers by script.</summary>
internal sealed class ScriptedService : HttpMessageHandler
{
    public const string Nothing = """{"techniques":[],"threat_actors":[]}""";

    private readonly ConcurrentQueue<string> _bodies = new();

    /// <summary>Bodies of all requests.</summary>
    public IReadOnlyList<string> Bodies => [.. _bodies];

    /// <summary>Number of requests.</summary>
    public int Requests => _bodies.Count;

    /// <summary>Last request's method, address and content type.</summary>
    public string? LastRequest { get; private set; }

    /// <summary>Answers a request; gets the body's indicators and the number of the request from 1. Default: each indicator has the technique that its first tag names.</summary>
    public Func<JsonElement[], int, (HttpStatusCode Status, string Body)> Answer { get; set; } = (indicators, _) => (HttpStatusCode.OK, WithResults(indicators));

    /// <summary>Waited for before a request is answered.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>A reply with results: each indicator has the technique that its first tag names.</summary>
    public static string WithResults(JsonElement[] indicators) =>
        $$"""{"techniques":[],"results":[{{string.Join(',', indicators.Select(Merged))}}]}""";

    /// <summary>A reply about one indicator.</summary>
    public static string Merged(JsonElement indicator) =>
        indicator.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()).FirstOrDefault() is { } tag
            ? $$"""{"techniques":[{"id":"{{tag}}","name":"x","tactic":"y","confidence":0.8,"indicators":["i"]}],"tactics":{},"threat_actors":[],"confidence_scores":{ } }"""
            : Nothing;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        _bodies.Enqueue(body);
        LastRequest = $"{request.Method} {request.RequestUri} {request.Content.Headers.ContentType}";
        var number = _bodies.Count;
        await Before(cancellationToken);
        using var parsed = JsonDocument.Parse(body);
        var (status, answer) = Answer([.. parsed.RootElement.GetProperty("indicators").EnumerateArray()], number);
        return new HttpResponseMessage(status) { Content = new StringContent(answer, Encoding.UTF8, "application/json") };
    }
}
