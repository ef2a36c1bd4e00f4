using System.Text;
using System.Text.Json;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Events;

namespace StreamEnricher.UnitTests.Enrichment.Attribution;

/// <summary>An event with the slots of some of its fields, found by a reader that is not the product's.</summary>
internal sealed class SlottedEvent
{
    private SlottedEvent(byte[] buffer, Slot[] slots)
    {
        Buffer = buffer;
        Slots = slots;
    }

    public byte[] Buffer { get; }

    public Slot[] Slots { get; }

    /// <param name="json">The event.</param>
    /// <param name="paths">Dotted paths; the slots come in their order.</param>
    public static SlottedEvent Parse(string json, params string[] paths)
    {
        var length = Encoding.UTF8.GetByteCount(json);
        var buffer = new byte[length + EventBatch.Padding];
        Encoding.UTF8.GetBytes(json, buffer);
        buffer[length] = (byte)'\n';
        var found = new Dictionary<string, Slot>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(buffer.AsSpan(0, length));
        reader.Read();
        ReadObject(ref reader, "", found);
        return new SlottedEvent(buffer, [.. paths.Select(path => found.GetValueOrDefault(path))]);
    }

    private static void ReadObject(ref Utf8JsonReader reader, string prefix, Dictionary<string, Slot> found)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var path = prefix + reader.GetString();
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var kind = KindOf(ref reader);
            if (kind == TokenKind.Object)
            {
                ReadObject(ref reader, path + ".", found);
            }
            else if (kind == TokenKind.Array)
            {
                reader.Skip();
            }

            found[path] = new Slot(start, (int)reader.BytesConsumed - start, kind);
        }
    }

    private static TokenKind KindOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.ValueIsEscaped ? TokenKind.EscapedString : TokenKind.String,
        JsonTokenType.Number => TokenKind.Number,
        JsonTokenType.True => TokenKind.True,
        JsonTokenType.False => TokenKind.False,
        JsonTokenType.StartObject => TokenKind.Object,
        JsonTokenType.StartArray => TokenKind.Array,
        _ => TokenKind.Null,
    };
}
