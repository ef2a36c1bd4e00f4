using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>
/// A Windows event as XML (schema http://schemas.microsoft.com/win/2004/08/events/event; Sysmon for Linux writes it too), in the shape that evtx_dump gives to the same event as
/// JSON: <c>Event.System.*</c>, <c>Event.EventData.*</c> by the names of its Data elements, attributes below <c>#attributes</c>, text beside them as <c>#text</c>.
/// A text that is cut off, as syslog relays do with long messages, gives what it still has.
/// </summary>
internal static class WindowsXmlText
{
    /// <summary>Longest text before the element in which it is looked for: an XML declaration, the element Events, a syslog header.</summary>
    private const int MaxPrefix = 512;

    /// <summary>Deepest nesting that is read; UserData of real events has four levels.</summary>
    private const int MaxDepth = 16;

    /// <summary>Index of the element Event, or of its EventData alone, as Log Analytics' table Event keeps it; -1 for none.</summary>
    public static int IndexOfEvent(ReadOnlySpan<byte> text)
    {
        var from = 0;
        while (text[from..Math.Min(text.Length, MaxPrefix)].IndexOf("<Event"u8) is var at and >= 0)
        {
            at += from;
            var end = at + (text[at..].StartsWith("<EventData"u8) ? "<EventData"u8.Length : "<Event"u8.Length);
            if (end < text.Length && text[end] is (byte)' ' or (byte)'>' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            {
                return at;
            }

            from = end;
        }

        return -1;
    }

    public static bool TryDecode(ReadOnlySpan<byte> text, Utf8Writer writer)
    {
        var at = IndexOfEvent(text);
        if (at < 0)
        {
            return false;
        }

        var cursor = new XmlCursor(text[at..]);
        return cursor.TryOpen(out var name, out var attributes, out var isEmpty) && !isEmpty && Element(ref cursor, name, attributes, false, MaxDepth, writer);
    }

    /// <summary>Appends <c>"name":value</c> of an element whose start tag was read, up to its end tag.</summary>
    private static bool Element(ref XmlCursor cursor, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attributes, bool isEmpty, int depth, Utf8Writer writer)
    {
        if (depth == 0)
        {
            return false;
        }

        var start = writer.Position;
        writer.Comma();
        writer.AppendString(name);
        writer.Append((byte)':');
        if (!isEmpty && !cursor.HasChildren && attributes.IsEmpty)
        {
            return Text(ref cursor, start, writer) && cursor.TryClose(name);
        }

        writer.Append((byte)'{');
        Attributes(attributes, writer);
        if (isEmpty)
        {
            writer.CloseOrTakeBack(start, (byte)'}');
            return true;
        }

        if (!cursor.HasChildren)
        {
            var before = writer.Position;
            writer.Comma();
            writer.Append("\"#text\":"u8);
            if (!Text(ref cursor, before, writer))
            {
                return false;
            }
        }
        else if (!Children(ref cursor, name, depth, writer))
        {
            return false;
        }

        writer.CloseOrTakeBack(start, (byte)'}');
        return cursor.TryClose(name);
    }

    private static bool Children(ref XmlCursor cursor, ReadOnlySpan<byte> parent, int depth, Utf8Writer writer)
    {
        var holdsData = parent.SequenceEqual("EventData"u8);
        var unnamed = default(UnnamedData);
        while (cursor.HasChildren)
        {
            if (!cursor.TryOpen(out var name, out var attributes, out var isEmpty))
            {
                return cursor.AtEnd;
            }

            if (!holdsData || !name.SequenceEqual("Data"u8))
            {
                if (!Element(ref cursor, name, attributes, isEmpty, depth - 1, writer))
                {
                    return false;
                }

                continue;
            }

            if (XmlCursor.Attribute(attributes, "Name"u8) is { IsEmpty: false } field)
            {
                var start = writer.Position;
                writer.Comma();
                XmlCursor.AppendText(field, writer);
                writer.Append((byte)':');
                if (isEmpty)
                {
                    writer.RollBack(start);
                }
                else if (!Text(ref cursor, start, writer) || !cursor.TryClose(name))
                {
                    return false;
                }
            }
            else if (!isEmpty)
            {
                unnamed.Add(cursor.TakeText());
                if (!cursor.TryClose(name))
                {
                    return false;
                }
            }
        }

        unnamed.Write(writer);
        return true;
    }

    /// <summary>Appends the text up to the next tag; a member without text is taken back to <paramref name="start"/>.</summary>
    private static bool Text(ref XmlCursor cursor, int start, Utf8Writer writer)
    {
        var text = cursor.TakeText();
        if (text.Trim(" \t\r\n"u8).IsEmpty)
        {
            writer.RollBack(start);
        }
        else
        {
            XmlCursor.AppendText(text, writer);
        }

        return true;
    }

    private static void Attributes(ReadOnlySpan<byte> attributes, Utf8Writer writer)
    {
        var start = writer.Position;
        writer.Comma();
        writer.Append("\"#attributes\":{"u8);
        while (XmlCursor.TryAttribute(ref attributes, out var name, out var value))
        {
            if (!name.StartsWith("xmlns"u8) && !value.IsEmpty)
            {
                writer.Comma();
                writer.AppendString(name);
                writer.Append((byte)':');
                XmlCursor.AppendText(value, writer);
            }
        }

        writer.CloseOrTakeBack(start, (byte)'}');
    }

    /// <summary>Texts of Data elements without a name, as classic providers write them: <c>"Data":{"#text":[…]}</c>.</summary>
    private ref struct UnnamedData
    {
        private ReadOnlySpan<byte> _first;
        private List<byte[]>? _more;
        private bool _any;

        public void Add(ReadOnlySpan<byte> text)
        {
            if (_any)
            {
                (_more ??= []).Add(text.ToArray());
            }
            else
            {
                _first = text;
                _any = true;
            }
        }

        public readonly void Write(Utf8Writer writer)
        {
            if (!_any)
            {
                return;
            }

            writer.Comma();
            writer.Append("\"Data\":{\"#text\":["u8);
            XmlCursor.AppendText(_first, writer);
            foreach (var text in _more ?? [])
            {
                writer.Comma();
                XmlCursor.AppendText(text, writer);
            }

            writer.Append("]}"u8);
        }
    }
}
