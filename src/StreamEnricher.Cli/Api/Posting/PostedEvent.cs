using System.Runtime.InteropServices;
using System.Text.Json;

namespace StreamEnricher.Cli.Api.Posting;

/// <summary>Reads what is posted: <c>{"event":{…},"source_service":"traffic_monitor"}</c>.</summary>
internal static class PostedEvent
{
    /// <summary>Longest name of a service.</summary>
    public const int LongestService = 256;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 128, AllowDuplicateProperties = false };

    /// <summary>The value of the record that is written for it: the event as it was posted, with the service's name in it unless it has one.</summary>
    /// <param name="json">One JSON object, UTF-8.</param>
    /// <param name="value">The record's value.</param>
    /// <returns>Null, or what is wrong, for the caller.</returns>
    public static string? TryRead(ReadOnlyMemory<byte> json, out byte[] value)
    {
        value = [];
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement, out value);
        }
        catch (JsonException error)
        {
            return $"not JSON that can be taken (byte {error.BytePositionInLine ?? 0}): a cut or wrong text, a name that stands twice in an object, or more than {Strict.MaxDepth} levels";
        }
    }

    private static string? Read(JsonElement root, out byte[] value)
    {
        value = [];
        if (root.ValueKind != JsonValueKind.Object)
        {
            return """it must be an object: {"event":{…},"source_service":"traffic_monitor"}""";
        }

        if (root.EnumerateObject().Select(static member => member.Name).FirstOrDefault(static name => name is not ("event" or "source_service")) is { } unknown)
        {
            return $"there is no member {JsonEncodedText.Encode(unknown)}: what belongs to the event goes into event";
        }

        if (!root.TryGetProperty("event"u8, out var one) || one.ValueKind != JsonValueKind.Object)
        {
            return "event is missing, or no object";
        }

        string? service = null;
        if (root.TryGetProperty("source_service"u8, out var name) && name.ValueKind != JsonValueKind.Null)
        {
            if (name.ValueKind != JsonValueKind.String || name.GetString() is not { Length: > 0 and <= LongestService } text)
            {
                return $"source_service must be a text of 1 to {LongestService} characters";
            }

            service = text;
        }

        value = Value(one, service);
        return null;
    }

    private static byte[] Value(JsonElement one, string? service)
    {
        var raw = JsonMarshal.GetRawUtf8Value(one);
        if (service is null || one.TryGetProperty("source_service"u8, out _))
        {
            return raw.ToArray();
        }

        var open = raw[..^1].TrimEnd(" \t\r\n"u8);
        var comma = open.Length > 1 ? ","u8 : ""u8;
        var name = JsonSerializer.SerializeToUtf8Bytes(service);
        return [.. open, .. comma, .. "\"source_service\":"u8, .. name, (byte)'}'];
    }
}
