using System.Text.Json;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.Delivery.Sentinel;

/// <summary>An access token, or why there is none.</summary>
/// <param name="Token">The token; null when there is none.</param>
/// <param name="Problem">Why not, without secrets.</param>
/// <param name="IsPassing">The problem may go away by itself.</param>
/// <param name="RetryAfter">What the server asked for.</param>
internal sealed record EntraToken(string? Token, string? Problem = null, bool IsPassing = false, TimeSpan? RetryAfter = null);

/// <summary>Access tokens of Microsoft Entra for an application with a secret (OAuth 2.0 client credentials); one is kept until shortly before it ends. Thread-safe.</summary>
internal sealed class EntraTokens(SentinelOptions options, HttpClient client, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _one = new(1, 1);
    private string? _token;
    private DateTimeOffset _ends;

    /// <summary>A token that is good for a request.</summary>
    public async Task<EntraToken> GetAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return _token is { } kept && time.GetUtcNow() < _ends ? new EntraToken(kept) : await AskAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The token was refused: the next request gets another one.</summary>
    public void Forget(string token) => Interlocked.CompareExchange(ref _token, null, token);

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();

    private async Task<EntraToken> AskAsync(CancellationToken cancellation)
    {
        var url = new Uri(options.Authority, $"/{Uri.EscapeDataString(options.Tenant)}/oauth2/v2.0/token");
        var request = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = options.ClientId,
                ["client_secret"] = options.ClientSecret,
                ["scope"] = options.Scope,
            }),
        };
        var reply = await HttpReply.SendAsync(client, request, options.Http.Timeout, time, cancellation).ConfigureAwait(false);
        if (reply.Status == 200 && TryRead(reply.Body, out var token, out var seconds))
        {
            _token = token;
            _ends = time.GetUtcNow() + TimeSpan.FromSeconds(seconds) - Early;
            return new EntraToken(token);
        }

        // The body of an error may repeat what was sent; its code is enough.
        return reply.Status is 0 or 408 or 429 or >= 500 or 200
            ? new EntraToken(null, reply.Error ?? $"HTTP {reply.Status} from {HttpSettings.WithoutSecrets(options.Authority)}", true, reply.RetryAfter)
            : new EntraToken(null, $"Microsoft Entra gives no token ({reply.Status}, {ErrorCode(reply)}): check tenant, client_id and client_secret");
    }

    private static bool TryRead(ReadOnlyMemory<byte> body, out string token, out int seconds)
    {
        (token, seconds) = ("", 0);
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("access_token", out var value) || value.ValueKind != JsonValueKind.String)
            {
                return false;
            }

            token = value.GetString()!;
            seconds = document.RootElement.TryGetProperty("expires_in", out var life) && life.ValueKind == JsonValueKind.Number && life.TryGetInt32(out var given) ? given : 0;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string ErrorCode(HttpReply reply)
    {
        try
        {
            using var document = JsonDocument.Parse(reply.Body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out var code) && code.ValueKind == JsonValueKind.String
                ? code.GetString()! : "no reason given";
        }
        catch (JsonException)
        {
            return "no reason given";
        }
    }
}
