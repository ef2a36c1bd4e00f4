using System.Text;

namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>Which names are domains that the whole internet means the same by.</summary>
internal static class DomainName
{
    private const int MaxLength = 253;
    private const int MaxLabel = 63;

    /// <summary>
    /// Last labels that only mean something within a network: special-use names (RFC 6761, 6762, 8375, 9476), ICANN's reserved <c>internal</c>, and what
    /// ICANN found in wide private use. The names for examples and tests (<c>example</c>, <c>test</c>) stand for public ones, as the addresses do.
    /// </summary>
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Private = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "alt", "arpa", "corp", "home", "internal", "intranet", "invalid", "lan", "local", "localdomain", "localhost", "mail", "private", "workgroup",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>A host name of at least two labels, in ASCII (IDNA A-labels; underscores are allowed), that is neither an address nor private.</summary>
    /// <param name="name">Without the dot at the end.</param>
    public static bool IsPublic(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxLength)
        {
            return false;
        }

        var last = name.LastIndexOf((byte)'.');
        if (last < 0)
        {
            return false;
        }

        foreach (var range in name.Split((byte)'.'))
        {
            if (!IsLabel(name[range]))
            {
                return false;
            }
        }

        // No top-level domain has a digit, but for A-labels: this tells 1.2.3.4 and 300.1.1.1 from names.
        var top = name[(last + 1)..];
        if (top.ContainsAnyInRange((byte)'0', (byte)'9') && !top.StartsWith("xn--"u8) && !top.StartsWith("XN--"u8))
        {
            return false;
        }

        Span<char> text = stackalloc char[MaxLabel];
        return !Private.Contains(text[..Encoding.ASCII.GetChars(top, text)]);
    }

    private static bool IsLabel(ReadOnlySpan<byte> label)
    {
        if (label.Length is 0 or > MaxLabel || label[0] == (byte)'-' || label[^1] == (byte)'-')
        {
            return false;
        }

        foreach (var next in label)
        {
            if (!char.IsAsciiLetterOrDigit((char)next) && next is not ((byte)'-' or (byte)'_'))
            {
                return false;
            }
        }

        return true;
    }
}
