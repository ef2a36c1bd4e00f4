using System.Security.Cryptography;
using System.Text;

namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>Ids of the objects that this product makes: UUIDv5 (RFC 9562 §5.5) in a namespace of its own, so that a replay makes the same ids.</summary>
/// <remarks>
/// STIX 2.1 §2.9 forbids its own namespace (00abedb4-…) for anything but cyber-observables. The hashed name is the object's type and what identifies it, joined
/// by line feeds; the type in front keeps the UUIDs of different types apart.
/// </remarks>
internal static class StixIds
{
    /// <summary>Length of a UUID as text.</summary>
    public const int UuidLength = 36;

    /// <summary>Length of a UUID in bytes.</summary>
    public const int NamespaceLength = 16;

    /// <summary>The namespace. It must never change: every id that was ever published depends on it.</summary>
    public static Guid Namespace { get; } = new("c64eaa74-72ec-402c-81ec-2d65d3eccd54");

    /// <summary>The UUIDv5 of a name.</summary>
    /// <param name="namespaceAndName">The namespace as 16 bytes in network order, and the name behind it.</param>
    public static Guid Uuid5(ReadOnlySpan<byte> namespaceAndName)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // UUIDv5 is defined by SHA-1; nothing is protected by it.
        SHA1.HashData(namespaceAndName, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>A whole id (<c>identity--…</c>) of an object that is made once; see <see cref="StixIdInput"/> for events.</summary>
    /// <param name="type">Type of the object.</param>
    /// <param name="parts">What identifies it.</param>
    public static string Create(string type, params ReadOnlySpan<string> parts)
    {
        var name = Encoding.UTF8.GetBytes(string.Join('\n', (ReadOnlySpan<string?>)[type, .. parts]));
        var input = new byte[NamespaceLength + name.Length];
        Namespace.TryWriteBytes(input, bigEndian: true, out _);
        name.CopyTo(input, NamespaceLength);
        return $"{type}--{Uuid5(input)}";
    }
}
