using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Finds the first text that a list of sources has.</summary>
internal static class TextPicker
{
    /// <summary>A JSON string; absent when no source has a text.</summary>
    public static FieldValue Pick(TextSource[] sources, in NormalizedEvent normalized)
    {
        foreach (ref readonly var source in sources.AsSpan())
        {
            if (source.Constant is { } constant)
            {
                return new FieldValue(ValuePlace.Constant, constant.Start, constant.Length);
            }

            if (source.Source is null)
            {
                var token = normalized.Value(source.Value);
                if (!token.IsEmpty && token[0] == (byte)'"')
                {
                    return normalized.Scratch.Values[source.Value];
                }
            }
            else if (TextOf(normalized.Scratch.Find(source.Source, normalized.Buffer), normalized) is { IsPresent: true } found)
            {
                return found;
            }
        }

        return default;
    }

    private static FieldValue TextOf(Slot slot, in NormalizedEvent normalized)
    {
        if (slot.IsString)
        {
            return IsBlank(slot.Content(normalized.Buffer)) ? default : new FieldValue(ValuePlace.Event, slot.Start, slot.Length);
        }

        if (slot.Kind is not (TokenKind.Number or TokenKind.True or TokenKind.False))
        {
            return default;
        }

        var tokens = normalized.Scratch.Tokens;
        var start = tokens.Position;
        tokens.Append((byte)'"');
        tokens.Append(slot.Token(normalized.Buffer));
        tokens.Append((byte)'"');
        return new FieldValue(ValuePlace.Scratch, start, slot.Length + 2);
    }

    private static bool IsBlank(ReadOnlySpan<byte> content) => content.IsEmpty || (content[0] is (byte)' ' or (byte)'\t' && content.Trim(" \t"u8).IsEmpty);
}
