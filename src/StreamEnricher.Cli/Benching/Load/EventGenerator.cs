using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace StreamEnricher.Cli.Benching.Load;

/// <summary>Makes events of the shipped samples: the same ones on every run, each another one by its addresses and identifiers.</summary>
internal static partial class EventGenerator
{
    /// <summary>Different events unless told otherwise: more than caches of a few thousand entries would like.</summary>
    public const int DefaultDistinct = 8000;

    private const string Padding = ",\"payload\":\"";
    private const string PaddingEnd = "\"}";

    /// <summary>Formats that there are sample events of.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["detection", "suricata_eve", "windows", "zeek", "cloudtrail"];

    /// <summary>Events of a kind.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="distinct">How many; the samples themselves come first, the others differ in addresses, identifiers and numbers.</param>
    /// <param name="size">Least bytes of an event; shorter ones get a member <c>payload</c> that is no field of any format.</param>
    public static byte[][] Create(string kind, int distinct, int size)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "data", "samples", kind + ".ndjson"));
        return [.. Enumerable.Range(0, distinct).Select(number => Encoding.UTF8.GetBytes(Pad(Vary(lines[number % lines.Length], number / lines.Length), size, number)))];
    }

    private static string Vary(string line, int round) => round == 0
        ? line
        : Varying().Replace(line, match =>
        {
            // What is the same within an event stays the same within it.
            var hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(match.Value.AsSpan()), round);
            return match.Groups["net"].Success ? $"{match.Groups["net"].ValueSpan}{hash & 0xff}.{1 + ((hash >> 8) % 254)}"
                : match.Groups["guid"].Success ? hash.ToString("x16", CultureInfo.InvariantCulture)[4..]
                : (hash % 10_000_000).ToString(CultureInfo.InvariantCulture);
        });

    private static string Pad(string line, int size, int number)
    {
        var missing = size - Encoding.UTF8.GetByteCount(line) - (Padding.Length + PaddingEnd.Length - 1);
        if (missing <= 0 || !line.EndsWith('}'))
        {
            return line;
        }

        var text = new StringBuilder(line, 0, line.Length - 1, size + 1).Append(Padding);
        for (var hash = (ulong)number; missing > 0; missing -= 16)
        {
            hash = XxHash3.HashToUInt64(BitConverter.GetBytes(hash));
            text.Append(hash.ToString("x16", CultureInfo.InvariantCulture)[..Math.Min(16, missing)]);
        }

        return text.Append(PaddingEnd).ToString();
    }

    /// <summary>IPv4 addresses, the ends of identifiers of processes and the like, and record numbers.</summary>
    [GeneratedRegex(
        @"(?<![\d.])(?<net>\d{1,3}\.\d{1,3}\.)\d{1,3}\.\d{1,3}(?![\d.])|(?<=-)(?<guid>[0-9a-f]{12})(?=\})|(?<=""(?:RecordNumber|flow_id)"":)\d+",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Varying();
}
