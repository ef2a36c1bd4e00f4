using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>Steps through JSON text token by token and checks the grammar (RFC 8259) on the way.</summary>
/// <remarks>
/// Reading past the end is safe: a line feed stands at <c>_end</c> and 64 bytes follow it. A line feed within a string or a token is an error, so the inner loops
/// stop there by themselves; only white space must ask where the end is.
/// </remarks>
internal ref struct JsonWalker
{
    private readonly ref byte _text;
    private readonly int _end;
    private readonly ScanState _state;
    private int _at;
    private int _depth;

    public JsonWalker(ref byte text, int start, int end, ScanState state)
    {
        _text = ref text;
        _at = start;
        _end = end;
        _state = state;
    }

    /// <summary>Index of the next byte.</summary>
    public readonly int Position => _at;

    /// <summary>The text is used up.</summary>
    public readonly bool IsAtEnd => _at >= _end;

    /// <summary>The text is nested too deeply.</summary>
    public readonly bool IsTooDeep => _depth > JsonScanner.MaxDepth;

    /// <summary>The next byte; a line feed at the end.</summary>
    public readonly byte Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.Add(ref _text, _at);
    }

    /// <summary>One byte on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step() => _at++;

    /// <summary>Steps into an object or array.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Enter()
    {
        _at++;
        if (++_depth > _state.MaxDepth)
        {
            _state.MaxDepth = _depth;
        }

        return _depth <= JsonScanner.MaxDepth;
    }

    /// <summary>Steps out of an object or array, over its closing bracket.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave()
    {
        _at++;
        _depth--;
    }

    /// <summary>Steps over white space.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SkipSpace()
    {
        if (Current <= (byte)' ')
        {
            SkipSomeSpace();
        }
    }

    /// <summary>A name, its colon and the white space around it; the walker then stands at the value.</summary>
    /// <param name="names">The level's names.</param>
    /// <param name="entry">The member, if it is known.</param>
    /// <param name="length">Length of the name with quotes.</param>
    /// <param name="isDotted">An unknown name holds a dot.</param>
    public bool TryName(NameTable names, out ScanEntry? entry, out int length, out bool isDotted)
    {
        var start = _at;
        entry = null;
        length = 0;
        isDotted = false;
        if (Current != (byte)'"' || !SkipString(out var escaped))
        {
            return false;
        }

        length = _at - start;
        entry = escaped ? FindEscaped(names, start + 1, length - 2) : names.Find(ref Unsafe.Add(ref _text, start + 1), length - 2);
        if (entry is null)
        {
            isDotted = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref _text, start + 1), length - 2).Contains((byte)'.');
        }

        return Colon();
    }

    /// <summary>A value that no plan looks into.</summary>
    public bool TryValue(out TokenKind kind)
    {
        switch (Current)
        {
            case (byte)'"':
                var whole = SkipString(out var escaped);
                kind = escaped ? TokenKind.EscapedString : TokenKind.String;
                return whole;
            case (byte)'{':
                kind = TokenKind.Object;
                return SkipContainer();
            case (byte)'[':
                kind = TokenKind.Array;
                return SkipContainer();
            case (byte)'t':
                kind = TokenKind.True;
                return SkipWord("true"u8);
            case (byte)'f':
                kind = TokenKind.False;
                return SkipWord("false"u8);
            case (byte)'n':
                kind = TokenKind.Null;
                return SkipWord("null"u8);
            default:
                kind = TokenKind.Number;
                return SkipNumber();
        }
    }

    /// <summary>Steps over a value.</summary>
    public bool SkipValue() => TryValue(out _);

    private static bool IsHex(byte value) => value is (>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f') or (>= (byte)'A' and <= (byte)'F');

    private void SkipSomeSpace()
    {
        while (true)
        {
            switch (Current)
            {
                case (byte)' ' or (byte)'\t':
                    _at++;
                    break;
                case (byte)'\n' or (byte)'\r' when _at < _end:
                    _state.HasLineBreak = true;
                    _at++;
                    break;
                default:
                    return;
            }
        }
    }

    private bool Colon()
    {
        SkipSpace();
        if (Current != (byte)':')
        {
            return false;
        }

        _at++;
        SkipSpace();
        return true;
    }

    /// <summary>
    /// One look at 32 bytes finds the closing quote of nearly every string. Otherwise the same mask is worked off bit by bit: an escape clears its own bit and that
    /// of the byte it escapes.
    /// </summary>
    private bool SkipString(out bool escaped)
    {
        escaped = false;
        var at = _at + 1;
        while (true)
        {
            var bytes = Vector256.LoadUnsafe(ref Unsafe.Add(ref _text, at));
            var mask = (Vector256.Equals(bytes, Vector256.Create((byte)'"'))
                | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))
                | Vector256.Equals(Vector256.Min(bytes, Vector256.Create((byte)0x1f)), bytes)).ExtractMostSignificantBits();
            var next = at + 32;
            while (mask != 0)
            {
                var hit = at + BitOperations.TrailingZeroCount(mask);
                var value = Unsafe.Add(ref _text, hit);
                if (value == (byte)'"')
                {
                    _at = hit + 1;
                    return true;
                }

                var behind = value == (byte)'\\' ? EndOfEscape(hit) : -1;
                if (behind < 0)
                {
                    _at = hit;
                    return false;
                }

                escaped = true;
                if (behind >= next)
                {
                    next = behind;
                    break;
                }

                mask &= uint.MaxValue << (behind - at);
            }

            at = next;
        }
    }

    private readonly int EndOfEscape(int at)
    {
        switch (Unsafe.Add(ref _text, at + 1))
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t':
                return at + 2;
            case (byte)'u':
                for (var i = at + 2; i < at + 6; i++)
                {
                    if (!IsHex(Unsafe.Add(ref _text, i)))
                    {
                        return -1;
                    }
                }

                return at + 6;
            default:
                return -1;
        }
    }

    private bool SkipWord(ReadOnlySpan<byte> word)
    {
        if (!MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref _text, _at), word.Length).SequenceEqual(word))
        {
            return false;
        }

        _at += word.Length;
        return true;
    }

    private bool SkipNumber()
    {
        if (Current == (byte)'-')
        {
            _at++;
        }

        if (Current == (byte)'0')
        {
            _at++;
        }
        else if (!SkipDigits())
        {
            return false;
        }

        if (Current == (byte)'.')
        {
            _at++;
            if (!SkipDigits())
            {
                return false;
            }
        }

        if ((Current | 0x20) == (byte)'e')
        {
            _at++;
            if (Current is (byte)'+' or (byte)'-')
            {
                _at++;
            }

            return SkipDigits();
        }

        // What follows must be a comma, a bracket or white space: the caller sees to it.
        return true;
    }

    private bool SkipDigits()
    {
        var start = _at;
        while ((uint)(Current - '0') <= 9)
        {
            _at++;
        }

        return _at > start;
    }

    /// <summary>An object or array that nobody looks into. One bit a level says which bracket closes it.</summary>
    private bool SkipContainer()
    {
        var outside = _depth;
        ulong objects = 0;
        while (true)
        {
            // At an opening bracket, or at the beginning of an element or member.
            var open = Current;
            if (open is (byte)'{' or (byte)'[')
            {
                if (!Enter())
                {
                    return false;
                }

                objects = (objects << 1) | (open == (byte)'{' ? 1UL : 0UL);
                SkipSpace();
                if (Current != (open == (byte)'{' ? (byte)'}' : (byte)']'))
                {
                    if (open == (byte)'{' && !SkipName())
                    {
                        return false;
                    }

                    continue;
                }
            }
            else if (!SkipScalar())
            {
                return false;
            }
            else
            {
                SkipSpace();
            }

            if (!Close(ref objects, outside, out var done))
            {
                return false;
            }

            if (done)
            {
                return true;
            }
        }
    }

    /// <summary>Behind an element: closes what ends here, and steps over the comma before the next element.</summary>
    private bool Close(ref ulong objects, int outside, out bool done)
    {
        done = false;
        while (true)
        {
            var isObject = (objects & 1) != 0;
            if (Current == (isObject ? (byte)'}' : (byte)']'))
            {
                Leave();
                objects >>= 1;
                if (_depth == outside)
                {
                    done = true;
                    return true;
                }

                SkipSpace();
                continue;
            }

            if (Current != (byte)',')
            {
                return false;
            }

            _at++;
            SkipSpace();
            return !isObject || SkipName();
        }
    }

    private bool SkipScalar() => Current is not ((byte)'{' or (byte)'[') && TryValue(out _);

    private bool SkipName()
    {
        var start = _at + 1;
        if (Current != (byte)'"' || !SkipString(out _))
        {
            return false;
        }

        if (!_state.HasDottedName && MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref _text, start), _at - 1 - start).Contains((byte)'.'))
        {
            _state.HasDottedName = true;
        }

        return Colon();
    }

    private readonly ScanEntry? FindEscaped(NameTable names, int start, int length)
    {
        _state.HasEscapedName = true;
        var decoded = new byte[length + 8];
        return JsonText.TryUnescape(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref _text, start), length), decoded, out var written)
            ? names.Find(ref MemoryMarshal.GetArrayDataReference(decoded), written)
            : null;
    }
}
