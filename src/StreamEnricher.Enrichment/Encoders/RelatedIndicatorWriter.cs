using System.Text.Json;
using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Elements of <c>related_indicators</c>: those that the producer stated, then those that the format names.</summary>
internal static class RelatedIndicatorWriter
{
    /// <summary>Appends the elements to an array that is open.</summary>
    public static void Write(in NormalizedEvent normalized, Utf8Writer writer)
    {
        if (normalized.Case.RelatedIndicators >= 0)
        {
            Carried(normalized.Slots[normalized.Case.RelatedIndicators], normalized, writer);
        }

        foreach (ref readonly var indicator in normalized.Indicators)
        {
            if (indicator.Carried)
            {
                continue;
            }

            var text = normalized.IndicatorText.Slice(indicator.Start, indicator.Length);
            writer.Comma();
            writer.Append("{\"id\":\""u8);
            writer.Append(TypeName(indicator.Type));
            writer.Append((byte)':');
            writer.AppendEscaped(text);
            writer.Append("\",\"type\":\""u8);
            writer.Append(TypeName(indicator.Type));
            writer.Append("\",\"value\":"u8);
            writer.AppendString(text);
            writer.Append((byte)'}');
        }
    }

    private static void Carried(Slot slot, in NormalizedEvent normalized, Utf8Writer writer)
    {
        if (slot.Kind != TokenKind.Array)
        {
            return;
        }

        var token = slot.Token(normalized.Buffer);
        var reader = new Utf8JsonReader(token);
        var first = writer.Position;
        reader.Read();
        for (reader.Read(); reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            var start = (int)reader.TokenStartIndex;
            var complete = RelatedIndicator.TryRead(ref reader, out var element);
            if (complete && !IsRepeated(writer.Slice(first, writer.Position - first), token.Slice(start, (int)reader.BytesConsumed - start)))
            {
                writer.Comma();
                element.Write(token.Slice(start, (int)reader.BytesConsumed - start), writer);
            }
        }
    }

    // An element that comes twice is the same text twice; equal pairs in other words are rare and harmless.
    private static bool IsRepeated(ReadOnlySpan<byte> written, ReadOnlySpan<byte> element) => written.IndexOf(element) >= 0;

    private static ReadOnlySpan<byte> TypeName(IndicatorType type) => type switch
    {
        IndicatorType.Ip => "ip"u8,
        IndicatorType.Domain => "domain"u8,
        IndicatorType.Url => "url"u8,
        IndicatorType.Md5 => "md5"u8,
        IndicatorType.Sha1 => "sha1"u8,
        IndicatorType.Sha256 => "sha256"u8,
        IndicatorType.Email => "email"u8,
        _ => "other"u8,
    };
}
