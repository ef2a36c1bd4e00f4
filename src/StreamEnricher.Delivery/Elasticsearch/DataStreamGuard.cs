using System.Text.Json;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Retry;

namespace StreamEnricher.Delivery.Elasticsearch;

/// <summary>
/// Holds a sink until its data stream, or a template for it, is there (invariant I6). A server would otherwise make an ordinary index of that name at the first
/// document, with a mapping guessed from it.
/// </summary>
/// <param name="dataStream">Name of the data stream; null: nothing is asked.</param>
/// <param name="send">Sends a request: method, path below the node's address.</param>
/// <param name="backoff">Waits between attempts.</param>
/// <param name="report">Says why the sink waits.</param>
internal sealed class DataStreamGuard(string? dataStream, Func<HttpMethod, string, CancellationToken, Task<HttpReply>> send, Backoff backoff, SinkReporter report)
{
    private volatile bool _isReady = dataStream is null;

    /// <summary>Returns once the data stream may be written to.</summary>
    /// <exception cref="OperationCanceledException">The engine stops.</exception>
    public async ValueTask WaitAsync(CancellationToken cancellation)
    {
        for (var attempt = 1; !_isReady; attempt++)
        {
            var reply = await send(HttpMethod.Head, $"/{dataStream}", cancellation).ConfigureAwait(false);
            if (reply.Status == 404)
            {
                reply = await send(HttpMethod.Post, $"/_index_template/_simulate_index/{dataStream}", cancellation).ConfigureAwait(false);
                if (reply.Status == 200 && !HasTemplate(reply))
                {
                    report.Hold($"there is neither a data stream {dataStream} nor a template for it: run 'streamenricher setup'");
                    await backoff.WaitAsync(attempt, reply.RetryAfter, cancellation).ConfigureAwait(false);
                    continue;
                }
            }

            if (reply.Status == 401)
            {
                report.Hold(BulkVerdict.HoldReason(reply));
            }
            else if (BulkVerdict.Judge(reply) == BulkOutcome.Retry)
            {
                report.Retry(reply.Status == 0 ? "unreachable" : "server_error", 1, reply.Error ?? reply.Excerpt());
            }
            else
            {
                // Credentials that may only write cannot ask (403); the bulk reply will tell.
                _isReady = true;
                return;
            }

            await backoff.WaitAsync(attempt, reply.RetryAfter, cancellation).ConfigureAwait(false);
        }
    }

    private static bool HasTemplate(HttpReply reply)
    {
        try
        {
            using var body = JsonDocument.Parse(reply.Body);
            return body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("template", out _);
        }
        catch (JsonException)
        {
            // Whatever answers like this is no search server; its bulk replies will tell.
            return true;
        }
    }
}
