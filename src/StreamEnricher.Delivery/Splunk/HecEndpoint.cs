using System.Net.Http.Headers;
using System.Text;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.Delivery.Splunk;

/// <summary>One HTTP event collector with connections of its own. With acknowledgement it keeps cookies: a load balancer must find the same indexer again.</summary>
internal sealed class HecEndpoint : IDisposable
{
    private const string Collector = "/services/collector";
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpClient _client;
    private readonly SplunkHecOptions _options;
    private readonly TimeProvider _time;
    private long _restedUntil = long.MinValue;
    private volatile bool _acknowledges;

    /// <param name="url">Its address.</param>
    /// <param name="options">Token, connections, whether cookies are kept.</param>
    /// <param name="time">Clock of time-outs and rests.</param>
    public HecEndpoint(Uri url, SplunkHecOptions options, TimeProvider time)
    {
        _client = SinkHttpClient.Create(options.Http, keepsCookies: options.Acknowledgement is not null);
        (_options, _time) = (options, time);
        var collector = url.AbsolutePath.IndexOf(Collector, StringComparison.Ordinal);
        EventAddress = collector < 0 ? new Uri(url.AbsoluteUri.TrimEnd('/') + Collector + "/event") : url;
        AckAddress = new Uri((collector < 0 ? url.AbsoluteUri.TrimEnd('/') : url.GetLeftPart(UriPartial.Authority) + url.AbsolutePath[..collector]) + Collector + "/ack");
    }

    /// <summary>Where events go.</summary>
    public Uri EventAddress { get; }

    /// <summary>Where acknowledgements are asked for.</summary>
    public Uri AckAddress { get; }

    /// <summary>Timestamp until which others are asked first.</summary>
    public long RestsUntil => Interlocked.Read(ref _restedUntil);

    /// <summary>Sends a request with the token and a channel.</summary>
    public Task<HttpReply> PostAsync(Uri address, HttpContent content, string channel, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Splunk", _options.Token);
        request.Headers.Add("X-Splunk-Request-Channel", channel);
        return HttpReply.SendAsync(_client, request, _options.Http.Timeout, _time, cancellation);
    }

    /// <summary>Sends events.</summary>
    public Task<HttpReply> SendAsync(ReadOnlyMemory<byte> envelopes, string channel, CancellationToken cancellation) =>
        PostAsync(EventAddress, BodyContent.Create(envelopes, _options.Compression, Json), channel, cancellation);

    /// <summary>Asks for acknowledgements: <c>{"acks":[…]}</c>.</summary>
    public Task<HttpReply> AskAsync(IEnumerable<long> ackIds, string channel, CancellationToken cancellation) => PostAsync(
        AckAddress, new StringContent($$"""{"acks":[{{string.Join(',', ackIds)}}]}""", Encoding.UTF8, Json), channel, cancellation);

    /// <summary>
    /// Why no acknowledgement can be had here; null when it can. Asked before the first event is sent: a token that does not acknowledge would store events that
    /// then had to be sent again without end.
    /// </summary>
    public async Task<HecVerdict?> AckProblemAsync(CancellationToken cancellation)
    {
        if (_acknowledges)
        {
            return null;
        }

        var reply = await AskAsync([0], Guid.NewGuid().ToString(), cancellation).ConfigureAwait(false);
        if (AckReply.TryRead(reply.Body.Span, []) && reply.Status == 200)
        {
            _acknowledges = true;
            return null;
        }

        var verdict = HecReply.Judge(reply, 1);
        return verdict with
        {
            Verdict = verdict.Verdict == Verdict.Hold ? Verdict.Hold : Verdict.Retry,
            Settled = 0,
            Word = verdict.Word.Length > 0 ? verdict.Word : "ack_poll",
            Detail = $"acknowledgements cannot be asked for: {verdict.Detail}",
        };
    }

    /// <summary>Lets others be asked first for a while.</summary>
    public void Rest(TimeSpan time) =>
        Interlocked.Exchange(ref _restedUntil, _time.GetTimestamp() + (long)(time.TotalSeconds * _time.TimestampFrequency));

    /// <summary>It works.</summary>
    public void Wake() => Interlocked.Exchange(ref _restedUntil, long.MinValue);

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();
}
