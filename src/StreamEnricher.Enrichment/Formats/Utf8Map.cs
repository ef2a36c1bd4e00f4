using System.Runtime.InteropServices;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Short texts to constants, compared without regard to ASCII case. Built once, read by many.</summary>
internal sealed class Utf8Map
{
    private Entry[][] _byLength = [];

    /// <summary>Adds an entry; the first of equal keys wins.</summary>
    public void Add(string key, Constant value)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(key);
        if (bytes.Length >= _byLength.Length)
        {
            _byLength = [.. _byLength, .. Enumerable.Repeat<Entry[]>([], bytes.Length + 1 - _byLength.Length)];
        }

        _byLength[bytes.Length] = [.. _byLength[bytes.Length], new Entry(Fold(bytes), bytes, value)];
    }

    /// <summary>Finds the constant of a text.</summary>
    public bool TryGet(ReadOnlySpan<byte> text, out Constant value)
    {
        if (text.Length < _byLength.Length)
        {
            var folded = Fold(text);
            foreach (ref readonly var entry in _byLength[text.Length].AsSpan())
            {
                if (entry.Folded == folded && JsonText.EqualsIgnoreAsciiCase(text, entry.Key))
                {
                    value = entry.Value;
                    return true;
                }
            }
        }

        value = default;
        return false;
    }

    /// <summary>The first and last bytes with the bit of their case set: equal for equal texts, and for few others.</summary>
    private static ulong Fold(ReadOnlySpan<byte> text)
    {
        const ulong Case = 0x2020202020202020;
        return text.Length switch
        {
            0 => 0,
            >= sizeof(ulong) => ((MemoryMarshal.Read<ulong>(text) | Case) * 31) + (MemoryMarshal.Read<ulong>(text[^sizeof(ulong)..]) | Case),
            >= sizeof(uint) => ((ulong)MemoryMarshal.Read<uint>(text) << 32) | MemoryMarshal.Read<uint>(text[^sizeof(uint)..]) | Case,
            _ => text[0] | ((ulong)text[text.Length / 2] << 8) | ((ulong)text[^1] << 16) | Case,
        };
    }

    private readonly record struct Entry(ulong Folded, byte[] Key, Constant Value);
}
