using System.Globalization;
using System.Text.Unicode;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Turns one scalar of an event into the token of an ECS field. A token that fits as it is, is not copied.</summary>
internal static class Converter
{
    /// <summary>Years 1970 to 2099: HEC takes no time before the epoch, and a clock beyond is broken.</summary>
    private const long LatestSecond = 4_102_444_799;

    /// <summary>Converts <paramref name="slot"/> and sets the rule's values.</summary>
    public static ConversionOutcome Scalar(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (slot.Kind is TokenKind.Object or TokenKind.Array)
        {
            return ConversionOutcome.Unfit;
        }

        return rule.Conversion switch
        {
            Conversion.Keyword or Conversion.List => Keyword(rule, slot, scratch, buffer),
            Conversion.Long => Long(rule, slot, scratch, buffer),
            Conversion.Float => Float(rule, slot, scratch, buffer),
            Conversion.Boolean => Boolean(rule, slot, scratch, buffer),
            Conversion.Ip => Ip(rule, slot, scratch, buffer),
            Conversion.Endpoint => Endpoint(rule, slot, scratch, buffer),
            Conversion.Timestamp => Timestamp(rule, slot, scratch, buffer),
            Conversion.Lowercase => Lowercase(rule, slot, scratch, buffer),
            Conversion.Uppercase => Uppercase(rule, slot, scratch, buffer),
            Conversion.Mac => Mac(rule, slot, scratch, buffer),
            Conversion.Hashes => CompositeConverter.Hashes(rule, slot, scratch, buffer),
            Conversion.WindowsUser => CompositeConverter.WindowsUser(rule, slot, scratch, buffer),
            Conversion.Basename => CompositeConverter.Basename(rule, slot, scratch, buffer),
            Conversion.Hex => Hex(rule, slot, scratch, buffer),
            Conversion.Score10 => Score10(rule, slot, scratch, buffer),
            Conversion.DataObjects => DataObject(rule, slot, scratch, buffer),
            _ => ConversionOutcome.Unfit,
        };
    }

    /// <summary>The event time of a slot, when it has one between 1970 and 2099.</summary>
    public static bool TryTime(Slot slot, ReadOnlySpan<byte> buffer, out long seconds, out int nanoseconds)
    {
        scoped var content = slot.Content(buffer);
        Span<byte> plain = stackalloc byte[64];
        if (slot.Kind == TokenKind.EscapedString)
        {
            // System.Text.Json writes the plus of an offset as \u002B unless told otherwise.
            content = JsonText.TryUnescape(content, plain, out var length) ? plain[..length] : default;
        }

        var found = slot.Kind switch
        {
            TokenKind.String or TokenKind.EscapedString => TimestampParser.TryParse(content, out seconds, out nanoseconds) || TimestampParser.TryParseEpoch(content, out seconds, out nanoseconds),
            TokenKind.Number => TimestampParser.TryParseEpoch(content, out seconds, out nanoseconds),
            _ => None(out seconds, out nanoseconds),
        };
        return found && seconds is >= 0 and <= LatestSecond;
    }

    private static bool None(out long seconds, out int nanoseconds)
    {
        seconds = 0;
        nanoseconds = 0;
        return false;
    }

    /// <summary>The token as the event has it.</summary>
    internal static ConversionOutcome Raw(CompiledRule rule, Slot slot, EnrichScratch scratch)
    {
        scratch.Values[rule.Value] = new FieldValue(ValuePlace.Event, slot.Start, slot.Length);
        return ConversionOutcome.Made;
    }

    /// <summary>What was appended to the token writer since <paramref name="start"/>.</summary>
    internal static ConversionOutcome Made(int value, int start, EnrichScratch scratch)
    {
        scratch.Values[value] = new FieldValue(ValuePlace.Scratch, start, scratch.Tokens.Position - start);
        return ConversionOutcome.Made;
    }

    /// <summary>A text in quotes; its escapes are already right.</summary>
    internal static ConversionOutcome Quoted(int value, ReadOnlySpan<byte> escaped, EnrichScratch scratch)
    {
        var start = scratch.Tokens.Position;
        scratch.Tokens.Append((byte)'"');
        scratch.Tokens.Append(escaped);
        scratch.Tokens.Append((byte)'"');
        return Made(value, start, scratch);
    }

    private static ConversionOutcome Keyword(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (rule.Allowed is not null && !IsAllowed(rule, slot.Content(buffer)))
        {
            return ConversionOutcome.Unfit;
        }

        return slot.IsString ? Raw(rule, slot, scratch) : Quoted(rule.Value, slot.Token(buffer), scratch);
    }

    private static bool IsAllowed(CompiledRule rule, ReadOnlySpan<byte> content)
    {
        Span<char> text = stackalloc char[64];
        return Utf8.ToUtf16(content, text, out _, out var length) == System.Buffers.OperationStatus.Done
            && rule.Allowed!.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text[..length])
            && !(rule.Field == "event.kind" && text[..length].SequenceEqual("signal"));
    }

    private static ConversionOutcome Long(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        var content = slot.Content(buffer);
        if (slot.Kind is not (TokenKind.Number or TokenKind.String) || !JsonNumber.TryParseInt64(content, out var value) || IsBadPort(rule, value))
        {
            return ConversionOutcome.Unfit;
        }

        if (slot.Kind == TokenKind.Number && JsonNumber.IsInteger(content))
        {
            return Raw(rule, slot, scratch);
        }

        var start = scratch.Tokens.Position;
        scratch.Tokens.Append(value);
        return Made(rule.Value, start, scratch);
    }

    private static bool IsBadPort(CompiledRule rule, long value) => value is < 0 or > 65_535 && rule.IsPort;

    private static ConversionOutcome Float(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (slot.Kind is not (TokenKind.Number or TokenKind.String) || !JsonNumber.TryParseDouble(slot.Content(buffer), out _))
        {
            return ConversionOutcome.Unfit;
        }

        if (slot.Kind == TokenKind.Number)
        {
            return Raw(rule, slot, scratch);
        }

        var start = scratch.Tokens.Position;
        scratch.Tokens.Append(slot.Content(buffer));
        return Made(rule.Value, start, scratch);
    }

    private static ConversionOutcome Boolean(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (slot.Kind is TokenKind.True or TokenKind.False)
        {
            return Raw(rule, slot, scratch);
        }

        var content = slot.Content(buffer);
        var isTrue = JsonText.EqualsIgnoreAsciiCase(content, "true"u8);
        if (!slot.IsString || (!isTrue && !JsonText.EqualsIgnoreAsciiCase(content, "false"u8)))
        {
            return ConversionOutcome.Unfit;
        }

        var start = scratch.Tokens.Position;
        scratch.Tokens.Append(isTrue ? "true"u8 : "false"u8);
        return Made(rule.Value, start, scratch);
    }

    private static ConversionOutcome Ip(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer) =>
        slot.Kind == TokenKind.String && IpAddress.IsValid(slot.Content(buffer)) ? Raw(rule, slot, scratch) : ConversionOutcome.Unfit;

    /// <summary>ECS: the raw value is the address; it is also the ip, or else the domain.</summary>
    private static ConversionOutcome Endpoint(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (!slot.IsString)
        {
            return ConversionOutcome.Unfit;
        }

        Raw(rule, slot, scratch);
        var isIp = slot.Kind == TokenKind.String && IpAddress.IsValid(slot.Content(buffer));
        scratch.Values[rule.Value + (isIp ? 1 : 2)] = scratch.Values[rule.Value];
        return ConversionOutcome.Made;
    }

    private static ConversionOutcome Timestamp(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (!TryTime(slot, buffer, out var seconds, out var nanoseconds))
        {
            return ConversionOutcome.Unfit;
        }

        var start = scratch.Tokens.Position;
        WriteTime(scratch.Tokens, seconds, nanoseconds, ref scratch.Days);
        return Made(rule.Value, start, scratch);
    }

    /// <summary>A time as a JSON string.</summary>
    internal static void WriteTime(Utf8Writer writer, long seconds, int nanoseconds, ref DayCache days)
    {
        var free = writer.Free(40);
        free[0] = (byte)'"';
        var written = TimestampFormatter.WriteRfc3339(seconds, nanoseconds, free[1..], ref days);
        free[written + 1] = (byte)'"';
        writer.Advance(written + 2);
    }

    private static ConversionOutcome Lowercase(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (!slot.IsString)
        {
            return Keyword(rule, slot, scratch, buffer);
        }

        var content = slot.Content(buffer);
        if (content.IndexOfAnyInRange((byte)'A', (byte)'Z') < 0)
        {
            return Keyword(rule, slot, scratch, buffer);
        }

        // Lower-casing the letters of an escape such as \u00E9 leaves it the same escape.
        var start = scratch.Tokens.Position;
        var free = scratch.Tokens.Free(slot.Length);
        LowerAll(content, free[1..]);
        free[0] = free[content.Length + 1] = (byte)'"';
        if (rule.Allowed is not null && !IsAllowed(rule, free.Slice(1, content.Length)))
        {
            return ConversionOutcome.Unfit;
        }

        scratch.Tokens.Advance(slot.Length);
        return Made(rule.Value, start, scratch);
    }

    private static void LowerAll(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (var i = 0; i < from.Length; i++)
        {
            var value = from[i];
            to[i] = value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
        }
    }

    private static ConversionOutcome Uppercase(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        // Upper-casing an escape such as \n would break it: such a text is left to the vendor namespace.
        if (slot.Kind != TokenKind.String)
        {
            return slot.IsString ? ConversionOutcome.Unfit : Keyword(rule, slot, scratch, buffer);
        }

        var start = scratch.Tokens.Position;
        var token = slot.Token(buffer);
        var free = scratch.Tokens.Free(token.Length);
        for (var i = 0; i < token.Length; i++)
        {
            free[i] = token[i] is >= (byte)'a' and <= (byte)'z' ? (byte)(token[i] & ~0x20) : token[i];
        }

        scratch.Tokens.Advance(token.Length);
        return Made(rule.Value, start, scratch);
    }

    private static ConversionOutcome Mac(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        var content = slot.Content(buffer);
        if (slot.Kind != TokenKind.String || content.Length > 32)
        {
            return ConversionOutcome.Unfit;
        }

        Span<byte> digits = stackalloc byte[32];
        var count = 0;
        foreach (var value in content)
        {
            if (char.IsAsciiHexDigit((char)value))
            {
                digits[count++] = value is >= (byte)'a' ? (byte)(value & ~0x20) : value;
            }
            else if (value is not ((byte)':' or (byte)'-' or (byte)'.'))
            {
                return ConversionOutcome.Unfit;
            }
        }

        if (count is not (12 or 16))
        {
            return ConversionOutcome.Unfit;
        }

        var start = scratch.Tokens.Position;
        scratch.Tokens.Append((byte)'"');
        for (var i = 0; i < count; i += 2)
        {
            if (i > 0)
            {
                scratch.Tokens.Append((byte)'-');
            }

            scratch.Tokens.Append(digits.Slice(i, 2));
        }

        scratch.Tokens.Append((byte)'"');
        return Made(rule.Value, start, scratch);
    }

    private static ConversionOutcome Hex(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        var content = slot.Content(buffer);
        if (!content.StartsWith("0x"u8) && !content.StartsWith("0X"u8))
        {
            return Long(rule, slot, scratch, buffer);
        }

        if (!long.TryParse(content[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) || value < 0)
        {
            return ConversionOutcome.Unfit;
        }

        var start = scratch.Tokens.Position;
        scratch.Tokens.Append(value);
        return Made(rule.Value, start, scratch);
    }

    private static ConversionOutcome Score10(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (slot.Kind is not (TokenKind.Number or TokenKind.String) || !JsonNumber.TryParseDouble(slot.Content(buffer), out var score) || score is < 0 or > 10)
        {
            return ConversionOutcome.Unfit;
        }

        var start = scratch.Tokens.Position;
        scratch.Tokens.Append((long)Math.Round(score * 10, MidpointRounding.AwayFromZero));
        return Made(rule.Value, start, scratch);
    }

    private static ConversionOutcome DataObject(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        var start = scratch.Tokens.Position;
        scratch.Tokens.Append("{\"data\":"u8);
        if (slot.IsString)
        {
            scratch.Tokens.Append(slot.Token(buffer));
        }
        else
        {
            scratch.Tokens.Append((byte)'"');
            scratch.Tokens.Append(slot.Token(buffer));
            scratch.Tokens.Append((byte)'"');
        }

        scratch.Tokens.Append((byte)'}');
        return Made(rule.Value, start, scratch);
    }
}
