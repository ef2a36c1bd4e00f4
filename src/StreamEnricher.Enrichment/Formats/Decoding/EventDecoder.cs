using System.Text.Unicode;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>
/// Makes a JSON object of an event that is text, or of an object that carries one in a member (as shippers do: <c>{"log": "&lt;134&gt;…"}</c>). The members of the text stand
/// at the top; the object around it, whole, is the member <c>envelope</c>. One worker's memory, reused.
/// </summary>
internal sealed class EventDecoder
{
    private readonly Utf8Writer _writer = new();
    private byte[] _text = [];
    private byte[] _decoded = [];

    /// <summary>The object that the last call made, a line feed and padding behind it.</summary>
    public byte[] Decoded => _decoded;

    /// <summary>Whether a value is to be read as text: it begins with anything but the brace of an object.</summary>
    public static bool IsText(ReadOnlySpan<byte> value)
    {
        var trimmed = value.TrimStart(" \t\r\n"u8);
        return !trimmed.IsEmpty && trimmed[0] != (byte)'{';
    }

    /// <summary>Decodes a value; its length in <see cref="Decoded"/>, or -1 when it is not written so, or holds bytes that are no text.</summary>
    /// <param name="form">How it is written.</param>
    /// <param name="value">The record's value.</param>
    /// <param name="recordSeconds">The record's time.</param>
    /// <param name="sure">Only if it surely is written so.</param>
    public int Value(TextForm form, ReadOnlySpan<byte> value, long recordSeconds, bool sure)
    {
        var text = value.Trim(" \t\r\n"u8);
        return Utf8.IsValid(text) && text.IndexOf((byte)0) < 0 ? Decode(form, text, default, recordSeconds, sure) : -1;
    }

    /// <summary>The same for a member of an object.</summary>
    /// <param name="form">How the text is written.</param>
    /// <param name="slot">The member.</param>
    /// <param name="buffer">Where the slot points to.</param>
    /// <param name="envelope">The object, from brace to brace.</param>
    /// <param name="recordSeconds">The record's time.</param>
    public int Member(TextForm form, Slot slot, ReadOnlySpan<byte> buffer, ReadOnlySpan<byte> envelope, long recordSeconds)
    {
        if (!slot.IsString)
        {
            return -1;
        }

        var text = slot.Content(buffer);
        if (slot.Kind == TokenKind.EscapedString)
        {
            if (_text.Length < text.Length)
            {
                _text = new byte[text.Length * 2];
            }

            if (!JsonText.TryUnescape(text, _text, out var length))
            {
                return -1;
            }

            text = _text.AsSpan(0, length);
        }

        return Decode(form, text.Trim(" \t\r\n"u8), envelope, recordSeconds, true);
    }

    private int Decode(TextForm form, ReadOnlySpan<byte> text, ReadOnlySpan<byte> envelope, long recordSeconds, bool sure)
    {
        _writer.Reset();
        _writer.Append((byte)'{');
        if ((sure && !TextDecoder.Recognises(form, text)) || !TextDecoder.TryDecode(form, text, recordSeconds, _writer))
        {
            return -1;
        }

        if (!envelope.IsEmpty)
        {
            _writer.Comma();
            _writer.Append("\"envelope\":"u8);
            _writer.Append(envelope);
        }

        _writer.Append((byte)'}');
        var made = _writer.Span;
        if (_decoded.Length < made.Length + 1 + EventBatch.Padding)
        {
            _decoded = new byte[(made.Length * 2) + 1 + EventBatch.Padding];
        }

        made.CopyTo(_decoded);
        _decoded[made.Length] = (byte)'\n';
        return made.Length;
    }
}
