using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace StreamEnricher.Enrichment.Scanning;

/// <content>Objects and arrays that nobody looks into.</content>
internal ref partial struct TokenReader
{
    /// <summary>Steps over an object or array with all that is in it. One bit for each open one says which of the two it is.</summary>
    /// <param name="at">Index of its bracket.</param>
    /// <param name="outside">Depth of the object or array that it is in.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int SkipContainer(int at, int outside)
    {
        var depth = outside;
        var isObject = 0UL;
        while (true)
        {
            // A value begins here.
            if (this[at] is (byte)'{' or (byte)'[')
            {
                isObject = (isObject << 1) | (this[at] == (byte)'{' ? 1UL : 0UL);
                at = Enter(at, ++depth);
                if (at < 0)
                {
                    return at;
                }

                if (this[at] != ((isObject & 1) != 0 ? (byte)'}' : (byte)']'))
                {
                    at = (isObject & 1) != 0 ? SkipName(at) : at;
                    if (at < 0)
                    {
                        return at;
                    }

                    continue;
                }
            }
            else
            {
                at = SkipScalar(at, out _);
                if (at < 0)
                {
                    return at;
                }

                at = SkipSpace(at);
            }

            // It is read, or the empty object or array stands at its end: close all that ends here.
            while (this[at] != (byte)',')
            {
                if (this[at] != ((isObject & 1) != 0 ? (byte)'}' : (byte)']'))
                {
                    return Fail(at);
                }

                at++;
                isObject >>= 1;
                if (--depth == outside)
                {
                    return at;
                }

                at = SkipSpace(at);
            }

            at = SkipSpace(at + 1);
            at = (isObject & 1) != 0 ? SkipName(at) : at;
            if (at < 0)
            {
                return at;
            }
        }
    }

    /// <summary>Steps over a name that nobody looks for, its colon and the white space around it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SkipName(int at)
    {
        if (this[at] != (byte)'"')
        {
            return Fail(at);
        }

        // As in SkipString, with the dots before the closing quote noticed by the same look.
        var start = at + 1;
        var bytes = Vector256.LoadUnsafe(ref Unsafe.Add(ref _text, start));
        var stops = Stops(bytes);
        var count = BitOperations.TrailingZeroCount(stops);
        at = start + count;
        if (this[at] == (byte)'"')
        {
            var dots = Vector256.Equals(bytes, Vector256.Create((byte)'.')).ExtractMostSignificantBits();
            HasDottedName |= (dots & ((1UL << count) - 1)) != 0;
            at++;
        }
        else
        {
            at = SkipRestOfString(start, stops);
            if (at < 0)
            {
                return at;
            }

            HasEscapedName |= _hasEscape;
            HasDottedName |= Slice(start, at - start).Contains((byte)'.');
        }

        at = SkipColon(at);
        return at < 0 ? at : SkipSpace(at);
    }
}
