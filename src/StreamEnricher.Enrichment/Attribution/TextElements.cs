using System.Text.Json;
using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Walks the texts of a field: the value itself, or the scalars of an array. Null, true, false, objects and nested arrays are passed over. Not for foreach, which would copy the reader.</summary>
internal ref struct TextElements
{
    private readonly AttributionScratch _scratch;
    private readonly ReadOnlySpan<byte> _buffer;
    private readonly Slot _slot;
    private Utf8JsonReader _reader;
    private bool _started;

    public TextElements(ReadOnlySpan<byte> buffer, Slot slot, AttributionScratch scratch)
    {
        _buffer = buffer;
        _slot = slot;
        _scratch = scratch;
    }

    /// <summary>The text, escapes resolved. Valid until the next call of <see cref="MoveNext"/>.</summary>
    public ReadOnlySpan<byte> Current { readonly get; private set; }

    /// <summary>Goes to the next text.</summary>
    public bool MoveNext()
    {
        if (_slot.Kind == TokenKind.Array)
        {
            return MoveNextElement();
        }

        if (_started || _slot.Kind is not (TokenKind.String or TokenKind.EscapedString or TokenKind.Number))
        {
            return false;
        }

        _started = true;
        Current = _scratch.Text(_buffer, _slot);
        return true;
    }

    private bool MoveNextElement()
    {
        if (!_started)
        {
            _started = true;
            _reader = new Utf8JsonReader(_slot.Token(_buffer));
            _reader.Read();
        }

        while (_reader.Read())
        {
            switch (_reader.TokenType)
            {
                case JsonTokenType.String:
                    Current = _reader.ValueIsEscaped ? _scratch.Unescape(_reader.ValueSpan) : _reader.ValueSpan;
                    return true;
                case JsonTokenType.Number:
                    Current = _reader.ValueSpan;
                    return true;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    _reader.Skip();
                    break;
                default:
                    break;
            }
        }

        return false;
    }
}
