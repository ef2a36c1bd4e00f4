using System.Net;
using System.Text;
using System.Text.Json;

namespace StreamEnricher.Benchmarks.Attribution.Service;

/// <summary>An attribution service that answers each request after a fixed time: a technique for every second indicator.</summary>
internal sealed class SlowService(TimeSpan latency) : HttpMessageHandler
{
    private long _requests;
    private long _indicators;

    /// <summary>Requests so far.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Indicators asked about so far.</summary>
    public long Indicators => Interlocked.Read(ref _indicators);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _requests);
        await using var body = await request.Content!.ReadAsStreamAsync(cancellationToken);
        using var asked = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        await Task.Delay(latency, cancellationToken);
        var reply = new StringBuilder("""{"techniques":[],"results":[""");
        var count = 0;
        foreach (var indicator in asked.RootElement.GetProperty("indicators").EnumerateArray())
        {
            var value = indicator.GetProperty("value").GetString()!;
            reply.Append(count++ == 0 ? "" : ",").Append((value[^1] & 1) == 0 ? """{"techniques":[{"id":"T1046","confidence":0.8}]}""" : """{"techniques":[]}""");
        }

        Interlocked.Add(ref _indicators, count);
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(reply.Append("]}").ToString(), Encoding.UTF8, "application/json") };
    }
}
