using System.Runtime.InteropServices;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Walks the texts of a field: the value itself, or the scalars of an array. Null, true, false, objects and nested arrays are passed over. Not for foreach, which would copy the reader.</summary>
internal ref struct TextElements
{
    private readonly AttributionScratch _scratch;
    private readonly ReadOnlySpan<byte> _buffer;
    private readonly Slot _slot;
    private readonly bool _objects;
    private TokenReader _tokens;
    private int _at;

    /// <param name="buffer">Buffer of a scanned event, with its padding.</param>
    /// <param name="slot">The field in it.</param>
    /// <param name="scratch">Receives texts without their escapes.</param>
    /// <param name="objects">Objects, too, are texts: as they are written.</param>
    public TextElements(ReadOnlySpan<byte> buffer, Slot slot, AttributionScratch scratch, bool objects = false)
    {
        _objects = objects;
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

        if (_at > 0 || !IsText(_slot.Kind))
        {
            return false;
        }

        _at = 1;
        Current = TextOf(_slot);
        return true;
    }

    private bool MoveNextElement()
    {
        if (_at == 0)
        {
            _tokens = new TokenReader(ref MemoryMarshal.GetReference(_buffer), _slot.Start + _slot.Length);
            _at = _slot.Start;
        }

        // The array was scanned, so that a comma or the bracket at its end follows each element.
        while (_tokens[_at] != (byte)']')
        {
            var start = _tokens.SkipSpace(_at + 1);
            if (_tokens[start] == (byte)']')
            {
                _at = start;
                return false;
            }

            var end = _tokens.SkipValue(start, 0, out var kind);
            _at = _tokens.SkipSpace(end);
            if (IsText(kind))
            {
                Current = TextOf(new Slot(start, end - start, kind));
                return true;
            }
        }

        return false;
    }

    private readonly bool IsText(TokenKind kind) => kind is TokenKind.String or TokenKind.EscapedString or TokenKind.Number || (_objects && kind == TokenKind.Object);

    private readonly ReadOnlySpan<byte> TextOf(Slot slot) => slot.Kind == TokenKind.Object ? slot.Token(_buffer) : _scratch.Text(_buffer, slot);
}
