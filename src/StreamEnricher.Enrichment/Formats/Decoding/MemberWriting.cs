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

    /// <summary>Appends comma, name and colon of a member whose name comes from the event; false, and nothing appended, when the object has that name already: JSON must not repeat one.</summary>
    /// <param name="writer">Has an object open.</param>
    /// <param name="objectStart">Position behind the object's brace; the members so far must be no objects.</param>
    /// <param name="name">UTF-8.</param>
    public static bool TryName(this Utf8Writer writer, int objectStart, ReadOnlySpan<byte> name)
    {
        var before = writer.Position;
        writer.Comma();
        var start = writer.Position;
        writer.AppendString(name);
        writer.Append((byte)':');

        // Within a value the quotes would be escaped, so the bytes can only be a name.
        if (writer.Slice(objectStart, before - objectStart).IndexOf(writer.Slice(start, writer.Position - start)) < 0)
        {
            return true;
        }

        writer.RollBack(before);
        return false;
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
