using System.Text.Json;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.Delivery.Splunk;

/// <summary>What a HEC reply means for the events of its request.</summary>
/// <param name="Verdict">Of the event <paramref name="Settled"/> and those behind it, or (rejected) of that event alone.</param>
/// <param name="Settled">Events from the first on that are stored.</param>
/// <param name="IsExact">A rejection names its event; otherwise one of the request is bad and must be found.</param>
/// <param name="IsTooLarge">The request was too large.</param>
/// <param name="SlowDown">Stored, but the server nears its capacity.</param>
/// <param name="Word">The reason of a retry in one word.</param>
/// <param name="Detail">The server's words, and the way out of a hold.</param>
internal sealed record HecVerdict(Verdict Verdict, int Settled, bool IsExact, bool IsTooLarge, bool SlowDown, string Word, string Detail)
{
    /// <summary>What to ask for whether the events are indexed; null when the token does not acknowledge.</summary>
    public long? AckId { get; init; }
}

/// <summary>
/// Judges the replies of the event endpoint by their code (Splunk documentation, "Troubleshoot HTTP Event Collector"). <c>invalid-event-number</c> counts from
/// zero, and the events before it are stored. Proxies answer in HTML: then the status decides, and no event is refused for it but for its size.
/// </summary>
internal static class HecReply
{
    public static HecVerdict Judge(HttpReply reply, int count)
    {
        if (reply.Status == 0)
        {
            return Retry(0, "unreachable", reply.Error!);
        }

        if (reply.Status == 413 || !TryRead(reply.Body.Span, out var words))
        {
            return OfStatus(reply, count);
        }

        // A number outside of the request tells nothing: nothing of it counts as stored, be it sent twice.
        var isExact = words.Number >= 0 && words.Number < count;
        return OfCode(words.Code, isExact ? words.Number!.Value : 0, isExact, $"code {words.Code}: {words.Text}", count, reply.Status) with { AckId = words.AckId };
    }

    private static HecVerdict OfCode(int code, int settled, bool isExact, string detail, int count, int status) => code switch
    {
        0 when IsSuccess(status) => new HecVerdict(Verdict.Delivered, count, true, false, false, "", detail),
        24 or 25 when IsSuccess(status) => new HecVerdict(Verdict.Delivered, count, true, false, true, "capacity", detail),
        6 or 12 or 13 or 15 => new HecVerdict(Verdict.Rejected, settled, isExact, false, false, "", detail),
        8 => Retry(settled, "server_error", detail),
        9 or 18 or 19 or 20 or 23 or 26 or 27 => Retry(settled, "overload", detail),
        1 or 2 or 3 or 4 or 21 or 22 => Hold(settled, $"{detail}: check the token, and that it is enabled"),
        7 => Hold(settled, $"{detail}: allow the index for this token, or change 'index'"),
        10 or 11 => Hold(settled, $"{detail}: the token asks for indexer acknowledgement; set 'acknowledgement: true', or turn it off for this token"),
        14 => Hold(settled, $"{detail}: the token does not acknowledge; turn its indexer acknowledgement on, or set 'acknowledgement: false'"),
        16 => Hold(settled, $"{detail}: take the token out of the url and set 'token'"),
        _ when status is 429 or >= 500 => Retry(settled, "server_error", detail),
        _ when IsSuccess(status) => Retry(settled, "unreadable_reply", detail),
        _ => Hold(settled, detail),
    };

    private static HecVerdict OfStatus(HttpReply reply, int count) => reply.Status switch
    {
        413 => new HecVerdict(Verdict.Rejected, 0, count == 1, true, false, "", $"HTTP 413: {reply.Excerpt()}"),
        408 or 429 or >= 500 => Retry(0, reply.Status == 429 ? "overload" : "server_error", $"HTTP {reply.Status}: {reply.Excerpt()}"),
        400 => Hold(0, $"what answers there is not the event collector (400): check the url, http or https, and what stands between; {reply.Excerpt()}"),
        >= 200 and < 300 => Retry(0, "unreadable_reply", reply.Excerpt()),
        401 or 403 => Hold(0, $"HTTP {reply.Status}: check the token, and what stands between here and Splunk"),
        404 => Hold(0, "there is no event collector at this address (404): check the url and its port"),
        >= 300 and < 400 => Hold(0, $"the address redirects ({reply.Status}): give the url that it leads to"),
        _ => Hold(0, $"HTTP {reply.Status}: {reply.Excerpt()}"),
    };

    private static bool IsSuccess(int status) => status is >= 200 and < 300;

    private static HecVerdict Retry(int settled, string word, string detail) => new(Verdict.Retry, settled, true, false, false, word, detail);

    private static HecVerdict Hold(int settled, string detail) => new(Verdict.Hold, settled, true, false, false, "held", detail);

    private static bool TryRead(ReadOnlySpan<byte> body, out Words words)
    {
        words = new Words { Code = -1, Text = "" };
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                switch (name)
                {
                    case "code" when reader.TokenType == JsonTokenType.Number:
                        words.Code = reader.GetInt32();
                        break;
                    case "invalid-event-number" when reader.TokenType == JsonTokenType.Number:
                        words.Number = reader.GetInt32();
                        break;
                    case "ackId" when reader.TokenType == JsonTokenType.Number:
                        words.AckId = reader.GetInt64();
                        break;
                    case "text" when reader.TokenType == JsonTokenType.String:
                        words.Text = reader.GetString()!;
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            return words.Code >= 0 && reader.TokenType == JsonTokenType.EndObject;
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }

    private struct Words
    {
        public int Code;
        public int? Number;
        public long? AckId;
        public string Text;
    }
}
