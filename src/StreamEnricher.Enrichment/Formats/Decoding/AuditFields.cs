using System.Buffers;
using System.Text.Unicode;
using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>The fields of an audit record.</summary>
internal static class AuditFields
{
    private const int MaxArguments = 256;
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789ABCDEF"u8);

    /// <summary>Appends <c>fields</c>, and <c>argv</c> of an EXECVE record.</summary>
    public static void Write(ReadOnlySpan<byte> text, bool isExecve, Utf8Writer writer)
    {
        var start = writer.Position;
        writer.Comma();
        writer.Append("\"fields\":{"u8);
        var members = writer.Position;
        var rest = text;
        while (TryField(ref rest, out var name, out var value, out var quoted))
        {
            if (name.SequenceEqual("msg"u8) && quoted)
            {
                var inner = value;
                while (TryField(ref inner, out name, out value, out quoted))
                {
                    Field(name, value, quoted, isExecve, members, writer);
                }
            }
            else
            {
                Field(name, value, quoted, isExecve, members, writer);
            }
        }

        writer.CloseOrTakeBack(start, (byte)'}');
        if (isExecve)
        {
            Arguments(text, writer);
        }
    }

    private static void Arguments(ReadOnlySpan<byte> text, Utf8Writer writer)
    {
        var start = writer.Position;
        writer.Comma();
        writer.Append("\"argv\":["u8);
        var count = 0;
        while (count < MaxArguments && TryField(ref text, out var name, out var value, out var quoted))
        {
            if (IsArgument(name))
            {
                writer.Comma();
                Value(value, !quoted, false, writer);
                count++;
            }
        }

        writer.CloseOrTakeBack(start, (byte)']');
    }

    /// <summary>a0, a1, … and the parts a2[0], a2[1] of a long one.</summary>
    private static bool IsArgument(ReadOnlySpan<byte> name) => name.Length > 1 && name[0] == (byte)'a' && char.IsAsciiDigit((char)name[1]);

    private static bool TryField(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool quoted)
    {
        name = value = default;
        quoted = false;
        while (true)
        {
            // 0x1D parts the fields as they were logged from those that auditd adds in its enriched form.
            text = text.TrimStart(" ,\u001d"u8);
            var end = text.IndexOfAny(" =\u001d"u8);
            if (end < 0)
            {
                return false;
            }

            if (text[end] == (byte)'=' && end > 0)
            {
                name = text[..end];
                text = text[(end + 1)..];
                break;
            }

            // A word without a value, as in "op=adding group to /etc/group".
            text = text[(end + 1)..];
        }

        var quote = text.IsEmpty ? (byte)0 : text[0];
        if (quote is (byte)'"' or (byte)'\'' && text[1..].IndexOf(quote) is var close and >= 0)
        {
            quoted = true;
            value = text.Slice(1, close);
            text = text[(close + 2)..];
            return true;
        }

        var blank = text.IndexOfAny(" \u001d"u8);
        value = blank < 0 ? text : text[..blank];
        text = blank < 0 ? default : text[blank..];
        return true;
    }

    private static void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool quoted, bool isExecve, int members, Utf8Writer writer)
    {
        if (value.IsEmpty || value.SequenceEqual("?"u8) || value.SequenceEqual("(null)"u8) || value.SequenceEqual("(none)"u8) || (isExecve && IsArgument(name)))
        {
            return;
        }

        if (writer.TryName(members, name))
        {
            Value(value, !quoted && MayBeHex(name), name.SequenceEqual("proctitle"u8), writer);
        }
    }

    private static bool MayBeHex(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("proctitle"u8) || name.SequenceEqual("comm"u8) || name.SequenceEqual("exe"u8) || name.SequenceEqual("cwd"u8) || name.SequenceEqual("name"u8)
        || name.SequenceEqual("acct"u8) || name.SequenceEqual("cmd"u8) || name.SequenceEqual("data"u8);

    /// <summary>A JSON string; hex digits become the text that they are of, if it is one.</summary>
    private static void Value(ReadOnlySpan<byte> value, bool mayBeHex, bool zeroParted, Utf8Writer writer)
    {
        if (mayBeHex && value.Length is >= 2 and <= 8192 && value.Length % 2 == 0 && value.IndexOfAnyExcept(HexDigits) < 0)
        {
            Span<byte> text = stackalloc byte[4096];
            text = text[..(value.Length / 2)];
            for (var i = 0; i < text.Length; i++)
            {
                var digit = (Digit(value[i * 2]) << 4) | Digit(value[(i * 2) + 1]);
                text[i] = digit == 0 && zeroParted ? (byte)' ' : (byte)digit;
            }

            text = text.TrimEnd((byte)0);
            if (Utf8.IsValid(text) && text.IndexOf((byte)0) < 0)
            {
                writer.AppendString(text);
                return;
            }
        }

        writer.AppendString(value);
    }

    private static int Digit(byte value) => value <= (byte)'9' ? value - '0' : value - 'A' + 10;
}
