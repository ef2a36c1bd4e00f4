using System.Net;
using System.Text.Json;

namespace StreamEnricher.Delivery.Http;

/// <summary>What came back of one request, or why nothing did.</summary>
/// <param name="Status">HTTP status; 0 when there was no reply.</param>
/// <param name="Body">The reply's body; empty when there was none.</param>
/// <param name="RetryAfter">What the server asked for, or null.</param>
/// <param name="Error">Why there was no reply, without secrets; null when there was one.</param>
internal sealed record HttpReply(int Status, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter, string? Error)
{
    /// <summary>Sends a request and reads the whole reply. Never throws but for the engine's stop.</summary>
    /// <param name="client">The sink's client.</param>
    /// <param name="request">The request; disposed here.</param>
    /// <param name="timeout">For all of it.</param>
    /// <param name="time">Clock for Retry-After dates and the time-out.</param>
    /// <param name="stop">The engine stops.</param>
    public static async Task<HttpReply> SendAsync(HttpClient client, HttpRequestMessage request, TimeSpan timeout, TimeProvider time, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        using (request)
        {
            try
            {
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, either.Token).ConfigureAwait(false);
                var body = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
                return new HttpReply((int)response.StatusCode, body, RetryAfterOf(response, time), null);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return new HttpReply(0, default, null, $"no reply within {timeout.TotalSeconds:0.#} s");
            }
            catch (Exception error) when (error is HttpRequestException or IOException or InvalidDataException)
            {
                return new HttpReply(0, default, null, Describe(error));
            }
        }
    }

    /// <summary>The body is a JSON object: the server itself answers, not a proxy in front of it.</summary>
    public bool IsJsonObject
    {
        get
        {
            var reader = new Utf8JsonReader(Body.Span);
            try
            {
                return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip();
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }

    /// <summary>The beginning of the body as text, for messages.</summary>
    public string Excerpt()
    {
        const int longest = 300;
        var text = System.Text.Encoding.UTF8.GetString(Body.Span[..Math.Min(longest, Body.Length)]).ReplaceLineEndings(" ").Trim();
        return text.Length == 0 ? ((HttpStatusCode)Status).ToString() : text;
    }

    private static string Describe(Exception error)
    {
        var inner = error;
        while (inner.InnerException is { } next)
        {
            inner = next;
        }

        return ReferenceEquals(inner, error) ? error.Message : $"{error.Message} ({inner.Message})";
    }

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow() is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
        _ => null,
    };
}
