using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Correlating;

/// <summary>Builds the keys of groups and of values. One worker's memory.</summary>
internal sealed class CorrelationKey
{
    private byte[] _bytes = new byte[256];
    private int _length;

    /// <summary>Starts a key.</summary>
    public void Begin() => _length = 0;

    /// <summary>Adds a number.</summary>
    public void Add(int number) => BinaryPrimitives.WriteInt32LittleEndian(Reserve(sizeof(int)), number);

    /// <summary>Adds a name as it is.</summary>
    public void Add(string name)
    {
        Add(name.Length);
        var characters = MemoryMarshal.AsBytes(name.AsSpan());
        characters.CopyTo(Reserve(characters.Length));
    }

    /// <summary>Adds a text without the case of ASCII letters, as Sigma compares.</summary>
    public void AddFolded(ReadOnlySpan<byte> text)
    {
        Add(text.Length);
        var place = Reserve(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            place[at] = char.IsAsciiLetterUpper((char)text[at]) ? (byte)(text[at] | 0x20) : text[at];
        }
    }

    /// <summary>The key of all that was added.</summary>
    public UInt128 Hash() => XxHash128.HashToUInt128(_bytes.AsSpan(0, _length));

    private Span<byte> Reserve(int length)
    {
        if (_length + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + length, _bytes.Length * 2));
        }

        _length += length;
        return _bytes.AsSpan(_length - length, length);
    }
}
