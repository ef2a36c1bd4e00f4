using System.Text.Json;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>One element of a producer's array of indicators: {id, type, value, tags, …}.</summary>
internal ref struct RelatedIndicator
{
    /// <summary>The type's text, escapes as written.</summary>
    public ReadOnlySpan<byte> Type;

    /// <summary>The value's text, escapes as written.</summary>
    public ReadOnlySpan<byte> Value;

    /// <summary>The value holds no escape.</summary>
    public bool IsPlain;

    private bool _hasId;
    private bool _isClean;

    /// <summary>Reads an element; the reader stands at its opening brace and is left at its closing one. False without type or value.</summary>
    public static bool TryRead(ref Utf8JsonReader reader, out RelatedIndicator element)
    {
        element = new RelatedIndicator { _isClean = true };
        for (reader.Read(); reader.TokenType == JsonTokenType.PropertyName; reader.Read())
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isValue = reader.ValueTextEquals("value"u8);
            var isId = reader.ValueTextEquals("id"u8);
            var isTags = reader.ValueTextEquals("tags"u8);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                element._isClean = false;
            }

            if (reader.TokenType == JsonTokenType.String && (isType || isValue || isId) && !reader.ValueSpan.Trim(" \t"u8).IsEmpty)
            {
                if (isType)
                {
                    element.Type = reader.ValueSpan;
                }
                else if (isValue)
                {
                    element.Value = reader.ValueSpan;
                    element.IsPlain = !reader.ValueIsEscaped;
                }
                else
                {
                    element._hasId = true;
                }
            }
            else if (isTags && reader.TokenType != JsonTokenType.Null)
            {
                element._isClean &= AreTexts(ref reader);
            }
            else if (isId)
            {
                element._isClean = false;
                reader.Skip();
            }
            else
            {
                reader.Skip();
            }
        }

        return !element.Type.IsEmpty && !element.Value.IsEmpty;
    }

    /// <summary>Appends the element: as it was, or without what the common event must not hold.</summary>
    public readonly void Write(ReadOnlySpan<byte> whole, Utf8Writer writer)
    {
        if (_isClean && _hasId)
        {
            writer.Append(whole);
            return;
        }

        writer.Append("{\"id\":\""u8);
        writer.Append(Type);
        writer.Append((byte)':');
        writer.Append(Value);
        writer.Append("\",\"type\":\""u8);
        writer.Append(Type);
        writer.Append("\",\"value\":\""u8);
        writer.Append(Value);
        writer.Append("\"}"u8);
    }

    private static bool AreTexts(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return false;
        }

        var texts = true;
        for (reader.Read(); reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            texts &= reader.TokenType == JsonTokenType.String;
            reader.Skip();
        }

        return texts;
    }
}
