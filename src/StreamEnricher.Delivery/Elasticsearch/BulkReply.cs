using System.Text.Json;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Delivery.Elasticsearch;

/// <summary>What a bulk reply says of one item that was not simply stored.</summary>
/// <param name="Index">Place of the item in the request.</param>
/// <param name="Verdict">What to do.</param>
/// <param name="Reason">Reason of a dead letter.</param>
/// <param name="Detail">The server's words.</param>
internal readonly record struct BulkItem(int Index, Verdict Verdict, string Reason, string Detail);

/// <summary>
/// Reads the reply of <c>_bulk</c> item by item. HTTP 200 says nothing of the items (Elasticsearch specification, _global/bulk/BulkResponse), and with the failure
/// store on, a refused document even looks stored.
/// </summary>
internal static class BulkReply
{
    /// <summary>What the sink asks for of the reply: positions stay, and the rest is left out.</summary>
    public const string FilterPath = "errors,items.*.status,items.*.error,items.*.failure_store";

    /// <summary>Reads a reply.</summary>
    /// <param name="body">The reply's body.</param>
    /// <param name="expected">Number of items sent.</param>
    /// <param name="others">Receives every item that is not <see cref="Verdict.Delivered"/>.</param>
    /// <returns>False when the reply cannot be read or has another number of items: nothing is known of any of them.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, int expected, List<BulkItem> others)
    {
        others.Clear();
        var reader = new Utf8JsonReader(body);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            var items = -1;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isItems = reader.ValueTextEquals("items"u8);
                reader.Read();
                if (isItems && reader.TokenType == JsonTokenType.StartArray)
                {
                    items = Items(ref reader, others);
                }
                else
                {
                    reader.Skip();
                }
            }

            return items == expected;
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            return false;
        }
    }

    /// <exception cref="JsonException">An item has another form than <c>{"create":{…}}</c> (one member, named like the action), or no status.</exception>
    private static int Items(ref Utf8JsonReader reader, List<BulkItem> others)
    {
        var index = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Expect(reader.TokenType == JsonTokenType.StartObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName);
            Expect(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
            var item = Item(ref reader);
            Expect(item.Status > 0 && reader.Read() && reader.TokenType == JsonTokenType.EndObject);
            var (verdict, reason) = Judge(item);
            if (verdict != Verdict.Delivered)
            {
                others.Add(new BulkItem(index, verdict, reason, item.Detail));
            }

            index++;
        }

        return index;
    }

    private static void Expect(bool isSo)
    {
        if (!isSo)
        {
            throw new JsonException("An item of the bulk reply has another form.");
        }
    }

    private static (Verdict Verdict, string Reason) Judge(in Reply item) => item.Status switch
    {
        >= 200 and < 300 => item.FailureStoreUsed ? (Verdict.Rejected, DeadLetterReason.FailureStore) : (Verdict.Delivered, ""),
        409 => (Verdict.Duplicate, ""),
        429 or >= 500 => (Verdict.Retry, ""),
        401 or 403 => (Verdict.Hold, ""),
        404 when item.Type is "index_not_found_exception" => (Verdict.Hold, ""),
        400 when item.Type is "index_closed_exception" or "invalid_index_name_exception" => (Verdict.Hold, ""),
        400 when IsAboutTheIndex(item) => (Verdict.Hold, ""),
        413 => (Verdict.Rejected, DeadLetterReason.TooLarge),
        _ => (Verdict.Rejected, DeadLetterReason.MappingRejected),
    };

    /// <summary>A data stream without a template, or one whose cluster ran out of shards, refuses every document: that is nothing of the document's.</summary>
    private static bool IsAboutTheIndex(in Reply item) =>
        item.Type is "illegal_argument_exception" or "validation_exception"
        && (item.Detail.Contains("no matching index template", StringComparison.OrdinalIgnoreCase)
            || item.Detail.Contains("only write ops with an op_type of create", StringComparison.OrdinalIgnoreCase)
            || item.Detail.Contains("maximum shards open", StringComparison.OrdinalIgnoreCase));

    private static Reply Item(ref Utf8JsonReader reader)
    {
        var reply = new Reply { Type = "", Detail = "" };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("status"u8))
            {
                reader.Read();
                reply.Status = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("failure_store"u8))
            {
                reader.Read();
                reply.FailureStoreUsed = reader.ValueTextEquals("used"u8);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                Error(ref reader, ref reply);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return reply;
    }

    private static void Error(ref Utf8JsonReader reader, ref Reply reply)
    {
        using var error = JsonDocument.ParseValue(ref reader);
        if (error.RootElement.ValueKind != JsonValueKind.Object)
        {
            reply.Detail = error.RootElement.ToString();
            return;
        }

        reply.Type = Text(error.RootElement, "type");
        reply.Detail = $"{reply.Type}: {Text(error.RootElement, "reason")}";
        if (error.RootElement.TryGetProperty("caused_by", out var cause) && cause.ValueKind == JsonValueKind.Object)
        {
            reply.Detail += $" ({Text(cause, "reason")})";
        }
    }

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private struct Reply
    {
        public int Status;
        public bool FailureStoreUsed;
        public string Type;
        public string Detail;
    }
}
