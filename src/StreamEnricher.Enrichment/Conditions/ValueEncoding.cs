using System.Text;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>The encodings that Sigma's transformation modifiers apply to a value before it is compared. Bytes stand as characters of the same number.</summary>
internal static class ValueEncoding
{
    /// <summary>Characters of the Base64 text at its beginning and end that depend on the neighbours, by bytes of what stands before and behind.</summary>
    private static readonly int[] FirstStable = [0, 2, 3];

    private static readonly int[] UnstableAtEnd = [0, 3, 2];

    /// <summary>Encodes a text.</summary>
    /// <param name="text">The value, without wildcards.</param>
    /// <param name="encodings">wide, utf16le, utf16be, utf16, base64 and base64offset, in the order in which they apply.</param>
    /// <returns>One text, or three for base64offset.</returns>
    public static IReadOnlyList<string> Encode(string text, IEnumerable<string> encodings)
    {
        byte[]? bytes = null;
        var texts = new List<string> { text };
        foreach (var encoding in encodings)
        {
            bytes ??= Encoding.UTF8.GetBytes(texts[0]);
            switch (encoding)
            {
                case "base64":
                    texts = [Convert.ToBase64String(bytes)];
                    bytes = null;
                    break;
                case "base64offset":
                    texts = [.. Enumerable.Range(0, 3).Select(offset => AtOffset(bytes, offset))];
                    bytes = null;
                    break;
                default:
                    bytes = Utf16(encoding, Encoding.UTF8.GetString(bytes));
                    texts = [Encoding.Latin1.GetString(bytes)];
                    break;
            }
        }

        return texts;
    }

    private static byte[] Utf16(string encoding, string text) => encoding switch
    {
        "utf16be" => Encoding.BigEndianUnicode.GetBytes(text),
        "utf16" => [0xff, 0xfe, .. Encoding.Unicode.GetBytes(text)],
        _ => Encoding.Unicode.GetBytes(text),
    };

    /// <summary>What is the same in the Base64 text of every longer run of bytes in which these begin at a place that is <paramref name="offset"/> modulo 3.</summary>
    private static string AtOffset(byte[] bytes, int offset)
    {
        var shifted = new byte[offset + bytes.Length];
        bytes.CopyTo(shifted, offset);
        var encoded = Convert.ToBase64String(shifted);
        return encoded[FirstStable[offset]..^UnstableAtEnd[shifted.Length % 3]];
    }
}
