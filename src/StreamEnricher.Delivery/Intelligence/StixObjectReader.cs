using System.Text.Json;
using StreamEnricher.Core.Intelligence;

namespace StreamEnricher.Delivery.Intelligence;

/// <summary>Reads of an encoded object what its delivery needs: id, version, and which objects it names.</summary>
internal static class StixObjectReader
{
    /// <summary>The object as a delivery; its JSON is not copied.</summary>
    /// <param name="json">One STIX object, UTF-8; white space around it is cut off.</param>
    /// <param name="eventId">The event that caused it; null for shared objects.</param>
    /// <exception cref="JsonException">It is no JSON object.</exception>
    public static StixDelivery Read(ReadOnlyMemory<byte> json, string? eventId = null)
    {
        string? id = null, modified = null;
        var references = new List<string>();
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            var isTop = reader.CurrentDepth == 1;
            if (isTop && reader.ValueTextEquals("id"u8))
            {
                id = Text(ref reader);
            }
            else if (isTop && reader.ValueTextEquals("modified"u8))
            {
                modified = Text(ref reader);
            }
            else if (EndsWith(reader, "_ref"u8) || EndsWith(reader, "_refs"u8))
            {
                AddReferences(ref reader, references);
            }
        }

        var start = json.Span.IndexOf((byte)'{');
        var end = json.Span.LastIndexOf((byte)'}');
        return new StixDelivery(id ?? throw new JsonException("the object has no id"), modified, json[start..(end + 1)], references, eventId);
    }

    private static bool EndsWith(in Utf8JsonReader reader, ReadOnlySpan<byte> suffix) => reader.ValueSpan.EndsWith(suffix);

    private static string? Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }

    private static void AddReferences(ref Utf8JsonReader reader, List<string> references)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            Add(reader.GetString()!, references);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.String)
            {
                Add(reader.GetString()!, references);
            }
        }
    }

    private static void Add(string id, List<string> references)
    {
        if (!references.Contains(id))
        {
            references.Add(id);
        }
    }
}
