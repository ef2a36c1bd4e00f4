using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Commands.Sinks;

/// <summary>The API of a process that may run the pipeline on this machine.</summary>
internal sealed class RunningPipeline : IDisposable
{
    /// <summary>The environment variable that a token may stand in.</summary>
    public const string TokenVariable = "STREAMENRICHER_TOKEN";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(5);
    private readonly HttpClient _client = new() { Timeout = Timeout };
    private readonly string? _token;

    /// <param name="api">Where it listens, and its key.</param>
    /// <param name="environment">Looks environment variables up.</param>
    public RunningPipeline(ApiOptions api, Func<string, string?> environment)
    {
        var port = api.Listen[(api.Listen.LastIndexOf(':') + 1)..];
        var host = api.Listen[..api.Listen.LastIndexOf(':')];
        Address = new Uri($"http://{(host is "" or "*" or "0.0.0.0" or "[::]" ? "localhost" : host)}:{port}");
        _token = environment(TokenVariable) is { Length: > 0 } given ? given
            : api.Jwt.Secret.Reveal() is { Length: > 0 } secret
                ? TokenIssuer.OfSecret(secret, TimeProvider.System).Issue("streamenricher sink", [Roles.Admin], TokenLifetime, api.Jwt.Issuer, api.Jwt.Audience)
            : null;
    }

    /// <summary>Where it is looked for.</summary>
    public Uri Address { get; }

    /// <summary>The state of each sink in one word; null when nobody answers, or not to this user.</summary>
    public async Task<IReadOnlyDictionary<string, string>?> TryStatesAsync(CancellationToken cancellation)
    {
        if (_token is null)
        {
            return null;
        }

        try
        {
            using var answer = await SendAsync(HttpMethod.Get, "/api/sinks", null, cancellation);
            return answer.IsSuccessStatusCode && JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation)) is JsonArray sinks
                ? sinks.Where(static sink => sink?["enabled"]?.GetValue<bool>() == true).ToDictionary(static sink => (string)sink!["name"]!, static sink => StateOf(sink!))
                : null;
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            // The groups alone tell where the sinks stand.
            return null;
        }
    }

    /// <summary>Makes a call that changes something; false when no process listens.</summary>
    /// <exception cref="RunningPipelineException">It refuses the call.</exception>
    public async Task<bool> TryPostAsync(string path, JsonObject? body, CancellationToken cancellation)
    {
        try
        {
            using var answer = await SendAsync(HttpMethod.Post, path, body, cancellation);
            return answer.IsSuccessStatusCode ? true : throw new RunningPipelineException(await RefusalAsync(answer, cancellation));
        }
        catch (HttpRequestException error) when (error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError)
        {
            return false;
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new RunningPipelineException($"The process at {Address} did not answer: {error.Message}");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private static string StateOf(JsonNode sink) =>
        (bool?)sink["paused"] == true ? "paused" : (bool?)sink["held"] == true ? "held" : (bool?)sink["attached"] == true ? "attached" : "detached";

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(Address, path));
        request.Headers.Authorization = _token is null ? null : new AuthenticationHeaderValue("Bearer", _token);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await _client.SendAsync(request, cancellation);
    }

    private async Task<string> RefusalAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return $"The process at {Address} wants a token with the role admin: set JWT_SECRET as it has it (api.jwt.secret), or put a token into {TokenVariable} (streamenricher token issue).";
        }

        var text = await answer.Content.ReadAsStringAsync(cancellation);
        try
        {
            text = (string?)JsonNode.Parse(text)?["detail"] ?? text;
        }
        catch (JsonException)
        {
            // Somebody else listens there; what he says is shown as it is.
        }

        return $"The process at {Address} refuses: {(int)answer.StatusCode} {text}";
    }
}

/// <summary>A running process refuses a call; the message is for the operator.</summary>
internal sealed class RunningPipelineException(string message) : Exception(message);
