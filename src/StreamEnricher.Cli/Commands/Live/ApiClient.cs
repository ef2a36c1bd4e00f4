using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamEnricher.Cli.Commands.Sinks;

namespace StreamEnricher.Cli.Commands.Live;

/// <summary>Reads from the API of a running process, here or on another host.</summary>
internal sealed class ApiClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = Patience }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <param name="address">Where it listens; a path before that of the call is kept.</param>
    /// <param name="token">A token; null for none.</param>
    public ApiClient(Uri address, string? token)
    {
        Address = new Uri(address.ToString().TrimEnd('/') + "/");
        _client.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Where it is looked for.</summary>
    public Uri Address { get; }

    /// <summary>The text of an answer.</summary>
    /// <param name="path">Path below the address, without a slash before it.</param>
    /// <param name="cancellation">Ends waiting.</param>
    /// <exception cref="ApiCallException">There is no answer, or it is a refusal.</exception>
    public async Task<string> GetAsync(string path, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            using var answer = await OpenAsync(path, both.Token);
            return await answer.Content.ReadAsStringAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ApiCallException($"{Address} did not answer within {Patience.TotalSeconds:0} s");
        }
        catch (HttpRequestException error)
        {
            throw Unreachable(error);
        }
    }

    /// <summary>The lines of an answer that goes on, until it ends.</summary>
    /// <exception cref="ApiCallException">There is no answer, it is a refusal, or it breaks off.</exception>
    public async IAsyncEnumerable<string> LinesAsync(string path, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        using var answer = await OpenAsync(path, cancellation);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation));
        while (await NextAsync(reader, cancellation) is { } line)
        {
            yield return line;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static async Task<ApiCallException> RefusalAsync(HttpResponseMessage answer, Uri address, CancellationToken cancellation)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        string? detail = null;
        try
        {
            detail = (string?)(JsonNode.Parse(text) as JsonObject)?["detail"];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            detail = "it does not look like StreamEnricher";
        }

        var way = answer.StatusCode == HttpStatusCode.Unauthorized
            ? $" Make a token with 'streamenricher token issue --role viewer', and set {RunningPipeline.TokenVariable} to it."
            : "";
        return new ApiCallException($"{address} answers {(int)answer.StatusCode}: {detail ?? answer.ReasonPhrase}.{way}");
    }

    private async Task<string?> NextAsync(StreamReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadLineAsync(cancellation);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw new ApiCallException($"the connection to {Address} is lost: {error.Message}");
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken cancellation)
    {
        HttpResponseMessage answer;
        try
        {
            answer = await _client.GetAsync(new Uri(Address, path), HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (HttpRequestException error)
        {
            throw Unreachable(error);
        }

        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw await RefusalAsync(answer, Address, cancellation);
        }
    }

    private ApiCallException Unreachable(HttpRequestException error) =>
        new($"nothing answers at {Address} ({error.Message}): start the pipeline with 'streamenricher run', or give its address with --url");
}

/// <summary>A call of the API did not succeed; the message is for the operator.</summary>
internal sealed class ApiCallException(string message) : Exception(message);
