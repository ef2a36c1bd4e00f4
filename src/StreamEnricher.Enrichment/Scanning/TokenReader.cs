using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>
/// Steps over JSON tokens (RFC 8259) and checks them. Methods take the index of a token's first byte and return the index behind the token, or a negative number
/// after an error.
/// </summary>
/// <remarks>
/// No bounds are checked here, and none need be: a line feed stands at <c>_end</c>, 64 bytes in all are readable from there, and indices begin at or before it.
/// A line feed is part of no token, so that every loop over a token's bytes ends at the latest there; only <see cref="SkipSomeSpace"/> could step over it, and it
/// compares with the end. So an index is never above <c>_end</c>, and 32 bytes can be loaded from every index.
/// </remarks>
internal ref partial struct TokenReader
{
    private readonly ref byte _text;
    private readonly int _end;
    private bool _hasEscape;

    /// <param name="text">First byte of the buffer that indices count from.</param>
    /// <param name="end">Index behind the event, where a line feed stands.</param>
    public TokenReader(ref byte text, int end)
    {
        _text = ref text;
        _end = end;
    }

    /// <summary>A line feed or carriage return stood between tokens.</summary>
    public bool HasLineBreak { get; set; }

    /// <summary>A name within a value that was stepped over holds a dot.</summary>
    public bool HasDottedName { get; set; }

    /// <summary>A name is written with an escape.</summary>
    public bool HasEscapedName { get; set; }

    /// <summary>Deepest nesting so far.</summary>
    public int MaxDepth { get; private set; }

    /// <summary>Index of the byte that is wrong, after an error.</summary>
    public int ErrorAt { get; private set; }

    /// <summary>The byte at an index.</summary>
    public readonly byte this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.Add(ref _text, index);
    }

    /// <summary>The byte at an index, by reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ref byte At(int index) => ref Unsafe.Add(ref _text, index);

    /// <summary>Bytes of the text.</summary>
    public readonly ReadOnlySpan<byte> Slice(int start, int length) => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref _text, start), length);

    /// <summary>Notes where the text is wrong; returns a negative number.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public int Fail(int at)
    {
        ErrorAt = at;
        return -1;
    }

    /// <summary>Steps into an object or array and over the white space behind its bracket.</summary>
    /// <param name="at">Index of the bracket.</param>
    /// <param name="depth">Depth of the object or array; the event has 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Enter(int at, int depth)
    {
        if (depth > MaxDepth)
        {
            MaxDepth = depth;
            if (depth > JsonScanner.MaxDepth)
            {
                return Fail(at);
            }
        }

        return SkipSpace(at + 1);
    }

    /// <summary>Steps over white space, if there is any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int SkipSpace(int at) => this[at] > (byte)' ' ? at : SkipSomeSpace(at);

    /// <summary>Steps over the colon behind a name, and white space before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int SkipColon(int at)
    {
        at = SkipSpace(at);
        return this[at] == (byte)':' ? at + 1 : Fail(at);
    }

    /// <summary>Steps over a string: one look at 32 bytes finds the closing quote of nearly every one.</summary>
    /// <param name="at">Index behind the opening quote.</param>
    /// <param name="kind">With or without escapes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int SkipString(int at, out TokenKind kind)
    {
        // Without a stop among the 32, the byte behind them is looked at: it is still of the string, or the line feed at the end.
        var stops = Stops(Vector256.LoadUnsafe(ref Unsafe.Add(ref _text, at)));
        var stop = at + BitOperations.TrailingZeroCount(stops);
        if (this[stop] == (byte)'"')
        {
            kind = TokenKind.String;
            return stop + 1;
        }

        at = SkipRestOfString(at, stops);
        kind = _hasEscape ? TokenKind.EscapedString : TokenKind.String;
        return at;
    }

    /// <summary>Steps over any value.</summary>
    /// <param name="at">Index of its first byte.</param>
    /// <param name="depth">Depth of the object or array that it is in.</param>
    /// <param name="kind">What it is.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int SkipValue(int at, int depth, out TokenKind kind)
    {
        var first = this[at];
        if (first is (byte)'{' or (byte)'[')
        {
            kind = first == (byte)'{' ? TokenKind.Object : TokenKind.Array;
            return SkipContainer(at, depth);
        }

        return SkipScalar(at, out kind);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SkipScalar(int at, out TokenKind kind)
    {
        var first = this[at];
        if (first == (byte)'"')
        {
            return SkipString(at + 1, out kind);
        }

        if (first is (byte)'-' or (>= (byte)'0' and <= (byte)'9'))
        {
            kind = TokenKind.Number;
            return SkipNumber(at);
        }

        kind = first == (byte)'t' ? TokenKind.True : first == (byte)'f' ? TokenKind.False : TokenKind.Null;
        return SkipWord(at);
    }

    /// <summary>A bit for each of 32 bytes that ends a plain string: quote, backslash, control character.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Stops(Vector256<byte> bytes) =>
        (Vector256.Equals(bytes, Vector256.Create((byte)'"'))
            | Vector256.Equals(bytes, Vector256.Create((byte)'\\'))
            | Vector256.Equals(Vector256.Min(bytes, Vector256.Create((byte)0x1f)), bytes)).ExtractMostSignificantBits();

    /// <summary>Steps over a string with escapes, or a long one. The mask is worked off bit by bit, an escape clearing its own bit and those of what it escapes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int SkipRestOfString(int at, uint stops)
    {
        _hasEscape = false;
        while (true)
        {
            var next = at + Vector256<byte>.Count;
            while (stops != 0)
            {
                var stop = at + BitOperations.TrailingZeroCount(stops);
                if (this[stop] == (byte)'"')
                {
                    return stop + 1;
                }

                var behind = this[stop] == (byte)'\\' ? SkipEscape(stop) : Fail(stop);
                if (behind < 0)
                {
                    return behind;
                }

                _hasEscape = true;
                if (behind >= next)
                {
                    next = behind;
                    break;
                }

                stops &= uint.MaxValue << (behind - at);
            }

            at = next;
            stops = Stops(Vector256.LoadUnsafe(ref Unsafe.Add(ref _text, at)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SkipEscape(int at)
    {
        var escape = this[at + 1];
        if (escape is (byte)'\\' or (byte)'"' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t')
        {
            return at + 2;
        }

        if (escape != (byte)'u')
        {
            return Fail(at + 1);
        }

        for (var i = at + 2; i < at + 6; i++)
        {
            if (!char.IsAsciiHexDigit((char)this[i]))
            {
                return Fail(i);
            }
        }

        return at + 6;
    }

    /// <summary>Steps over a number; what may follow it is for the caller to see.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SkipNumber(int at)
    {
        // One look at 32 bytes counts the digits of nearly every integer; whatever does not end there in the plainest way is read digit by digit.
        var values = Vector256.LoadUnsafe(ref Unsafe.Add(ref _text, at)) - Vector256.Create((byte)'0');
        var digits = BitOperations.TrailingZeroCount(Vector256.Equals(Vector256.Max(values, Vector256.Create((byte)10)), values).ExtractMostSignificantBits());
        if (this[at + digits] is (byte)',' or (byte)'}' or (byte)']' && (this[at] != (byte)'0' || digits == 1))
        {
            return at + digits;
        }

        return SkipAnyNumber(at);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int SkipAnyNumber(int at)
    {
        at += this[at] == (byte)'-' ? 1 : 0;
        at = this[at] == (byte)'0' ? at + 1 : SkipDigits(at);
        if (at >= 0 && this[at] == (byte)'.')
        {
            at = SkipDigits(at + 1);
        }

        if (at >= 0 && (this[at] | 0x20) == (byte)'e')
        {
            at = SkipDigits(at + (this[at + 1] is (byte)'+' or (byte)'-' ? 2 : 1));
        }

        return at;
    }

    private int SkipDigits(int at)
    {
        var start = at;
        while (char.IsAsciiDigit((char)this[at]))
        {
            at++;
        }

        return at > start ? at : Fail(at);
    }

    private int SkipWord(int at)
    {
        var word = this[at] switch
        {
            (byte)'t' => "true"u8,
            (byte)'f' => "false"u8,
            (byte)'n' => "null"u8,
            _ => default,
        };
        return word.Length > 0 && Slice(at, word.Length).SequenceEqual(word) ? at + word.Length : Fail(at);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int SkipSomeSpace(int at)
    {
        while (at < _end)
        {
            switch (this[at])
            {
                case (byte)' ' or (byte)'\t':
                    at++;
                    break;
                case (byte)'\n' or (byte)'\r':
                    HasLineBreak = true;
                    at++;
                    break;
                default:
                    return at;
            }
        }

        return at;
    }
}
