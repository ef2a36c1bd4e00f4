using System.Text.Json;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Scanning;

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

    /// <summary>A member named as the whole path, or what lies below a member named as its beginning: a dot is a step or part of a name. The first in the document wins.</summary>
    private static Slot Find(ref Utf8JsonReader reader, ReadOnlySpan<char> path)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals(path))
            {
                reader.Read();
                return Token(ref reader);
            }

            var below = Below(ref reader, path);
            reader.Read();
            if (below < 0 || reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
            }
            else if (Find(ref reader, path[below..]) is { IsPresent: true } found)
            {
                return found;
            }
        }

        return default;
    }

    /// <summary>Where the rest of the path behind the member's name begins; -1 when the path does not begin with that name.</summary>
    private static int Below(ref Utf8JsonReader reader, ReadOnlySpan<char> path)
    {
        for (var dot = path.IndexOf('.'); dot > 0; dot = Next(path, dot))
        {
            if (reader.ValueTextEquals(path[..dot]))
            {
                return dot + 1;
            }
        }

        return -1;
    }

    private static int Next(ReadOnlySpan<char> path, int dot)
    {
        var next = path[(dot + 1)..].IndexOf('.');
        return next < 0 ? -1 : dot + 1 + next;
    }

    private static Slot Token(ref Utf8JsonReader reader)
    {
        var kind = TokenKinds.Of(ref reader);
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new Slot(start, (int)reader.BytesConsumed - start, kind);
    }
}
