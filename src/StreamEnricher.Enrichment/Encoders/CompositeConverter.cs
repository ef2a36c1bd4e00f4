using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Conversions that take a text apart.</summary>
internal static class CompositeConverter
{
    /// <summary>Sysmon's <c>SHA1=…,MD5=…,SHA256=…,IMPHASH=…</c>; unknown algorithms stay where they were.</summary>
    public static ConversionOutcome Hashes(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (slot.Kind != TokenKind.String)
        {
            return ConversionOutcome.Unfit;
        }

        var content = slot.Content(buffer);
        var made = false;
        var all = true;
        foreach (var range in content.Split((byte)','))
        {
            var part = content[range].Trim((byte)' ');
            var equals = part.IndexOf((byte)'=');
            var index = equals < 0 ? -1 : Algorithm(part[..equals], part.Length - equals - 1);
            if (index < 0)
            {
                all = false;
                continue;
            }

            var start = scratch.Tokens.Position;
            scratch.Tokens.Append((byte)'"');
            foreach (var digit in part[(equals + 1)..])
            {
                scratch.Tokens.Append((byte)(digit is >= (byte)'A' and <= (byte)'F' ? digit | 0x20 : digit));
            }

            scratch.Tokens.Append((byte)'"');
            Converter.Made(rule.Value + index, start, scratch);
            made = true;
        }

        return !made ? ConversionOutcome.Unfit : all ? ConversionOutcome.Made : ConversionOutcome.MadeCopy;
    }

    /// <summary><c>DOMAIN\name</c> or a bare name.</summary>
    public static ConversionOutcome WindowsUser(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (!slot.IsString)
        {
            return ConversionOutcome.Unfit;
        }

        var content = slot.Content(buffer);
        var at = content.IndexOf("\\\\"u8);
        if (at < 0)
        {
            return Converter.Raw(rule, slot, scratch);
        }

        var name = content[(at + 2)..];
        if (name.IsEmpty || at == 0)
        {
            return ConversionOutcome.Unfit;
        }

        Converter.Quoted(rule.Value + 1, content[..at], scratch);
        return Converter.Quoted(rule.Value, name, scratch);
    }

    /// <summary>What follows the last separator of a path.</summary>
    public static ConversionOutcome Basename(CompiledRule rule, Slot slot, EnrichScratch scratch, ReadOnlySpan<byte> buffer)
    {
        if (!slot.IsString)
        {
            return ConversionOutcome.Unfit;
        }

        var content = slot.Content(buffer);
        var from = EndOfLastSeparator(content);
        if (from == 0)
        {
            return Converter.Raw(rule, slot, scratch);
        }

        return from == content.Length ? ConversionOutcome.Unfit : Converter.Quoted(rule.Value, content[from..], scratch);
    }

    private static int EndOfLastSeparator(ReadOnlySpan<byte> content)
    {
        // In the escaped text a backslash of the path is a pair; a single one begins another escape, whose text belongs to the name. So the last one is the end
        // of a separator when it ends a row of pairs, and a slash in any case.
        var last = content.LastIndexOfAny((byte)'/', (byte)'\\');
        if (last < 0 || content[last] == (byte)'/')
        {
            return last + 1;
        }

        var row = last - content[..last].LastIndexOfAnyExcept((byte)'\\');
        if (row % 2 == 0)
        {
            return last + 1;
        }

        var from = 0;
        for (var i = 0; i < content.Length; i++)
        {
            if (content[i] == (byte)'/')
            {
                from = i + 1;
            }
            else if (content[i] == (byte)'\\')
            {
                i++;
                from = content[i] is (byte)'\\' or (byte)'/' ? i + 1 : from;
            }
        }

        return from;
    }

    private static int Algorithm(ReadOnlySpan<byte> name, int digits) => digits switch
    {
        32 when JsonText.EqualsIgnoreAsciiCase(name, "md5"u8) => 0,
        40 when JsonText.EqualsIgnoreAsciiCase(name, "sha1"u8) => 1,
        64 when JsonText.EqualsIgnoreAsciiCase(name, "sha256"u8) => 2,
        128 when JsonText.EqualsIgnoreAsciiCase(name, "sha512"u8) => 3,
        32 when JsonText.EqualsIgnoreAsciiCase(name, "imphash"u8) => 4,
        _ => -1,
    };
}
