using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Writes the first text that a list of sources has.</summary>
internal static class TextPicker
{
    /// <summary>Appends a JSON string; false, and nothing written, when no source has a text.</summary>
    public static bool Write(TextSource[] sources, in NormalizedEvent normalized, Utf8Writer writer)
    {
        foreach (var source in sources)
        {
            if (source.Constant is { } constant)
            {
                writer.Append(normalized.Plan.Constants.AsSpan(constant.Start, constant.Length));
                return true;
            }

            if (source.Source is null)
            {
                var token = normalized.Value(source.Value);
                if (!token.IsEmpty && token[0] == (byte)'"')
                {
                    writer.Append(token);
                    return true;
                }
            }
            else if (WriteSlot(normalized.Scratch.Find(source.Source, normalized.Buffer), normalized, writer))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same, with null in place of nothing.</summary>
    public static void WriteOrNull(TextSource[] sources, in NormalizedEvent normalized, Utf8Writer writer)
    {
        if (!Write(sources, normalized, writer))
        {
            writer.Append("null"u8);
        }
    }

    private static bool WriteSlot(Slot slot, in NormalizedEvent normalized, Utf8Writer writer)
    {
        var content = slot.Content(normalized.Buffer);
        if (slot.IsString)
        {
            if (content.Trim(" \t"u8).IsEmpty)
            {
                return false;
            }

            writer.Append(slot.Token(normalized.Buffer));
            return true;
        }

        if (slot.Kind is not (TokenKind.Number or TokenKind.True or TokenKind.False))
        {
            return false;
        }

        writer.Append((byte)'"');
        writer.Append(content);
        writer.Append((byte)'"');
        return true;
    }
}
