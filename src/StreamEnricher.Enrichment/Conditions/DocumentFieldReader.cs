using System.Text.Json;
using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>Lets a condition read a finished JSON document, as a sink's <c>when</c> does. Each field is looked for from the document's beginning.</summary>
internal readonly ref struct DocumentFieldReader(Condition condition, ReadOnlySpan<byte> document) : IFieldReader
{
    private readonly IReadOnlyList<string> _fields = condition.Fields;
    private readonly ReadOnlySpan<byte> _document = document;

    /// <inheritdoc />
    public FieldToken Get(int field)
    {
        var reader = new Utf8JsonReader(_document);
        var slot = reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Find(ref reader, _fields[field]) : default;
        return new FieldToken(slot.Token(_document), slot.Kind);
    }

    private static Slot Find(ref Utf8JsonReader reader, ReadOnlySpan<char> path)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(path))
            {
                reader.Read();
                return Token(ref reader);
            }

            var dot = path.IndexOf('.');
            var enters = false;
            while (dot > 0 && !enters)
            {
                enters = reader.ValueTextEquals(path[..dot]);
                dot = enters ? dot : Next(path, dot);
            }

            reader.Read();
            if (enters && reader.TokenType == JsonTokenType.StartObject)
            {
                return Find(ref reader, path[(dot + 1)..]);
            }

            reader.Skip();
        }

        return default;
    }

    private static int Next(ReadOnlySpan<char> path, int dot)
    {
        var next = path[(dot + 1)..].IndexOf('.');
        return next < 0 ? -1 : dot + 1 + next;
    }

    private static Slot Token(ref Utf8JsonReader reader)
    {
        var kind = reader.TokenType switch
        {
            JsonTokenType.String => reader.ValueIsEscaped ? TokenKind.EscapedString : TokenKind.String,
            JsonTokenType.Number => TokenKind.Number,
            JsonTokenType.True => TokenKind.True,
            JsonTokenType.False => TokenKind.False,
            JsonTokenType.Null => TokenKind.Null,
            JsonTokenType.StartArray => TokenKind.Array,
            _ => TokenKind.Object,
        };
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new Slot(start, (int)reader.BytesConsumed - start, kind);
    }
}
