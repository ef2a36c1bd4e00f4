using System.Net.Http.Headers;
using System.Text;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.Delivery.Taxii;

/// <summary>Requests to a TAXII 2.1 server. Media types are written exactly as the specification has them: strict servers take no space in them.</summary>
internal sealed class TaxiiClient : IDisposable
{
    /// <summary>Media type of requests and answers.</summary>
    public const string MediaType = "application/taxii+json;version=2.1";

    private readonly HttpClient _client;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;

    /// <param name="options">Credentials and connections.</param>
    /// <param name="time">Clock of time-outs.</param>
    public TaxiiClient(TaxiiOptions options, TimeProvider time)
    {
        _client = SinkHttpClient.Create(options.Http);
        _authorization = AuthorizationOf(options);
        (_timeout, _time) = (options.Http.Timeout, time);
    }

    /// <summary>An address with the final slash that all TAXII addresses have.</summary>
    public static Uri Slashed(Uri url) => url.AbsolutePath.EndsWith('/') ? url : new Uri(url.GetLeftPart(UriPartial.Path) + "/" + url.Query);

    /// <summary>GET.</summary>
    public Task<HttpReply> GetAsync(Uri url, CancellationToken cancellation) => SendAsync(new HttpRequestMessage(HttpMethod.Get, url), cancellation);

    /// <summary>POST of an envelope, with its length: some servers take no chunks.</summary>
    public Task<HttpReply> PostAsync(Uri url, byte[] envelope, CancellationToken cancellation)
    {
        var content = new ByteArrayContent(envelope);
        content.Headers.TryAddWithoutValidation("Content-Type", MediaType);
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, url) { Content = content }, cancellation);
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static AuthenticationHeaderValue? AuthorizationOf(TaxiiOptions options) => options switch
    {
        { Token: { Length: > 0 } token } => new AuthenticationHeaderValue("Bearer", token),
        { Username: { Length: > 0 } user } => new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{options.Password}"))),
        _ => null,
    };

    private Task<HttpReply> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        request.Headers.Authorization = _authorization;
        request.Headers.TryAddWithoutValidation("Accept", MediaType);
        return HttpReply.SendAsync(_client, request, _timeout, _time, cancellation);
    }
}
