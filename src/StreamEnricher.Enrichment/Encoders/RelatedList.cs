using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>One list of <c>related</c>: every value of certain fields, each once.</summary>
internal static class RelatedList
{
    /// <summary>Appends the elements to an array that is open and empty.</summary>
    /// <param name="values">Value indexes; arrays among them are taken apart.</param>
    public static void Write(int[] values, in NormalizedEvent normalized, Utf8Writer writer)
    {
        var known = normalized.Scratch.RelatedTokens;
        known.Clear();
        foreach (var index in values)
        {
            var token = normalized.Value(index);
            if (token.IsEmpty)
            {
                continue;
            }

            if (token[0] == (byte)'[')
            {
                Elements(token[1..^1], known, writer);
            }
            else
            {
                Add(token, known, writer);
            }
        }
    }

    private static void Elements(ReadOnlySpan<byte> elements, List<(int Start, int Length)> known, Utf8Writer writer)
    {
        // The engine's own arrays: strings with a single comma between them.
        while (!elements.IsEmpty)
        {
            var end = 1;
            while (elements[end] != (byte)'"')
            {
                end += elements[end] == (byte)'\\' ? 2 : 1;
            }

            Add(elements[..(end + 1)], known, writer);
            elements = elements[Math.Min(elements.Length, end + 2)..];
        }
    }

    private static void Add(ReadOnlySpan<byte> token, List<(int Start, int Length)> known, Utf8Writer writer)
    {
        foreach (var (start, length) in CollectionsMarshal.AsSpan(known))
        {
            if (writer.Slice(start, length).SequenceEqual(token))
            {
                return;
            }
        }

        writer.Comma();
        known.Add((writer.Position, token.Length));
        writer.Append(token);
    }
}
