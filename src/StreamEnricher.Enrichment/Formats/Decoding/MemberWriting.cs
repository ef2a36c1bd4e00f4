using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>What decoders write: members whose values are texts, times and whole numbers.</summary>
internal static class MemberWriting
{
    /// <summary>A text; nothing for an empty one or a dash, which stand for "not known".</summary>
    /// <param name="writer">Has an object open.</param>
    /// <param name="name"><c>"name":</c> with quotes and colon.</param>
    /// <param name="value">UTF-8.</param>
    public static void Text(this Utf8Writer writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty && !value.SequenceEqual("-"u8))
        {
            writer.Comma();
            writer.Append(name);
            writer.AppendString(value);
        }
    }

    /// <summary>A text under a name that comes from the event.</summary>
    public static void Named(this Utf8Writer writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        writer.Comma();
        writer.AppendString(name);
        writer.Append((byte)':');
        writer.AppendString(value);
    }

    /// <summary>A whole number.</summary>
    public static void Number(this Utf8Writer writer, ReadOnlySpan<byte> name, long value)
    {
        writer.Comma();
        writer.Append(name);
        writer.Append(value);
    }

    /// <summary>A time in UTC as RFC 3339 writes it.</summary>
    public static void Time(this Utf8Writer writer, ReadOnlySpan<byte> name, long seconds, int nanoseconds)
    {
        var days = default(DayCache);
        Span<byte> text = stackalloc byte[TimestampFormatter.MaxLength];
        writer.Text(name, text[..TimestampFormatter.WriteRfc3339(seconds, nanoseconds, text, ref days)]);
    }
}
