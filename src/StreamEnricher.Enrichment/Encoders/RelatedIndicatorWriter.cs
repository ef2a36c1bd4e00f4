namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Elements of <c>related_indicators</c>: those that the producer stated, then those that the format names.</summary>
internal static class RelatedIndicatorWriter
{
    /// <summary>Appends the elements to an array that is open.</summary>
    public static void Write(in NormalizedEvent normalized, Utf8Writer writer)
    {
        Carried(normalized, writer);
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

    private static void Carried(in NormalizedEvent normalized, Utf8Writer writer)
    {
        var first = writer.Position;
        foreach (ref readonly var element in normalized.Scratch.Related.Elements)
        {
            var whole = element.Whole.Token(normalized.Buffer);
            if (!element.IsComplete || IsRepeated(writer.Slice(first, writer.Position - first), whole))
            {
                continue;
            }

            writer.Comma();
            if (element.FitsAsIs)
            {
                writer.Append(whole);
                continue;
            }

            var (type, value) = (element.Type, element.Value);
            writer.Append("{\"id\":\""u8);
            writer.Append(type.Content(normalized.Buffer));
            writer.Append((byte)':');
            writer.Append(value.Content(normalized.Buffer));
            writer.Append("\",\"type\":"u8);
            writer.Append(type.Token(normalized.Buffer));
            writer.Append(",\"value\":"u8);
            writer.Append(value.Token(normalized.Buffer));
            writer.Append((byte)'}');
        }
    }

    // An element that comes twice is the same text twice; equal pairs in other words are rare and harmless.
    private static bool IsRepeated(ReadOnlySpan<byte> written, ReadOnlySpan<byte> element) => written.Length >= element.Length && written.IndexOf(element) >= 0;

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
