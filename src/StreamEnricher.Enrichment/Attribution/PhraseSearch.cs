using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>
/// Finds all phrases of a text that stand as whole words. A phrase can begin only where a word could, so a vector finds those places, a table of the phrases' first two
/// letters dismisses nearly all of them, and only the few that are left walk a trie.
/// </summary>
internal sealed class PhraseSearch
{
    private const byte Blank = (byte)' ';

    /// <summary>A class that no byte has.</summary>
    private static readonly Edge Nowhere = new(byte.MaxValue, 0);

    private static readonly SearchValues<char> PhraseLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789 ./+#&':@()");

    private readonly byte[] _classes = new byte[256];
    private readonly int _width;
    private readonly int[] _pairs;
    private readonly Node[] _nodes;
    private readonly Edge[] _edges;

    /// <param name="phrases">Each as <see cref="IsPhrase"/> wants it, none twice.</param>
    public PhraseSearch(IReadOnlyList<string> phrases)
    {
        _width = AssignClasses(phrases);
        var builder = new Builder();
        for (var phrase = 0; phrase < phrases.Count; phrase++)
        {
            builder.Add([.. phrases[phrase].Select(letter => _classes[letter])], phrase);
        }

        (_nodes, _edges) = builder.Build();
        _pairs = new int[_width * _width];
        for (var first = 0; first < _width; first++)
        {
            for (var second = 0; second < _width; second++)
            {
                _pairs[(first * _width) + second] = builder.Find([(byte)first, (byte)second]);
            }
        }
    }

    /// <summary>A text that can be a phrase: lower-case ASCII letters, digits and a few signs, in words with single blanks between them.</summary>
    public static bool IsPhrase(string text) =>
        text.Length >= 2 && text[0] != ' ' && text[^1] != ' ' && !text.Contains("  ", StringComparison.Ordinal)
        && !text.AsSpan().ContainsAnyExcept(PhraseLetters);

    /// <summary>Finds the phrases of a text that stand as whole words; the longest where one contains another.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="matches">Receives them, from the left.</param>
    public void Search(ReadOnlySpan<byte> text, KeywordMatches matches)
    {
        matches.Clear();
        var end = 0;
        var isInWord = 0U;
        for (var block = 0; block < text.Length; block += Vector256<byte>.Count)
        {
            var letters = Letters(text[block..]);
            var starts = ~((letters << 1) | isInWord);
            isInWord = letters >> (Vector256<byte>.Count - 1);
            for (; starts != 0; starts &= starts - 1)
            {
                var start = block + BitOperations.TrailingZeroCount(starts);
                if (start + 1 >= text.Length)
                {
                    break;
                }

                var node = _pairs[(_classes[text[start]] * _width) + _classes[text[start + 1]]];
                if (node != 0 && Longest(text, start + 2, node, ref end) is var phrase and >= 0)
                {
                    matches.Add(phrase);
                }
            }
        }
    }

    /// <summary>The longest phrase that goes on behind its first two letters and ends behind <paramref name="end"/>, else -1. One that does not lies within an earlier one.</summary>
    private int Longest(ReadOnlySpan<byte> text, int at, int node, ref int end)
    {
        var phrase = -1;
        while (true)
        {
            ref readonly var here = ref _nodes[node];
            if (here.Phrase >= 0 && at > end && EndsWord(text, at))
            {
                phrase = here.Phrase;
                end = at;
            }

            if (at == text.Length)
            {
                return phrase;
            }

            // Most places of the trie have one way on.
            var letter = _classes[text[at]];
            if (here.First.Class == letter)
            {
                node = here.First.Node;
            }
            else if (!TryOther(here, letter, out node))
            {
                return phrase;
            }

            at++;
        }
    }

    private bool TryOther(in Node from, byte letter, out int node)
    {
        foreach (ref readonly var edge in _edges.AsSpan(from.OtherEdges, from.OtherCount))
        {
            if (edge.Class == letter)
            {
                node = edge.Node;
                return true;
            }
        }

        node = 0;
        return false;
    }

    private static bool EndsWord(ReadOnlySpan<byte> text, int end) =>
        IsBoundary(text, end) || (text[end] is (byte)'s' or (byte)'S' && IsBoundary(text, end + 1));

    private static bool IsBoundary(ReadOnlySpan<byte> text, int index) =>
        (uint)index >= (uint)text.Length || !(char.IsAsciiLetterOrDigit((char)text[index]) || text[index] >= 0x80);

    /// <summary>A bit for each of the first 32 bytes that is a letter or digit, or part of a character beyond ASCII.</summary>
    private static uint Letters(ReadOnlySpan<byte> text)
    {
        if (text.Length < Vector256<byte>.Count)
        {
            Span<byte> padded = stackalloc byte[Vector256<byte>.Count];
            padded.Clear();
            text.CopyTo(padded);
            return Letters(padded);
        }

        var bytes = Vector256.Create(text);
        var isLetter = Vector256.LessThan((bytes | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a'), Vector256.Create((byte)26));
        var isDigit = Vector256.LessThan(bytes - Vector256.Create((byte)'0'), Vector256.Create((byte)10));
        return (isLetter | isDigit | Vector256.GreaterThanOrEqual(bytes, Vector256.Create((byte)0x80))).ExtractMostSignificantBits();
    }

    private int AssignClasses(IReadOnlyList<string> phrases)
    {
        var count = 1;
        foreach (var letter in phrases.SelectMany(phrase => phrase).Distinct().Order())
        {
            _classes[letter] = (byte)count;
            _classes[char.ToUpperInvariant(letter)] = (byte)count;
            count++;
        }

        if (_classes[Blank] != 0)
        {
            foreach (var separator in "-_\t\r\n"u8)
            {
                _classes[separator] = _classes[Blank];
            }
        }

        return count;
    }

    /// <summary>A place in the trie.</summary>
    /// <param name="Phrase">The phrase that ends here, or -1.</param>
    /// <param name="First">The first way on, or <see cref="Nowhere"/>.</param>
    /// <param name="OtherEdges">Where the other ways on begin.</param>
    /// <param name="OtherCount">How many they are.</param>
    private readonly record struct Node(int Phrase, Edge First, int OtherEdges, int OtherCount);

    /// <summary>The way on by one letter.</summary>
    private readonly record struct Edge(byte Class, int Node);

    /// <summary>Collects phrases letter by letter. Node 0 is the root.</summary>
    private sealed class Builder
    {
        private readonly List<(int Phrase, List<Edge> Edges)> _nodes = [(-1, [])];

        public void Add(byte[] letters, int phrase)
        {
            var node = 0;
            foreach (var letter in letters)
            {
                var edges = _nodes[node].Edges;
                var known = edges.FindIndex(edge => edge.Class == letter);
                node = known < 0 ? _nodes.Count : edges[known].Node;
                if (known < 0)
                {
                    edges.Add(new Edge(letter, node));
                    _nodes.Add((-1, []));
                }
            }

            _nodes[node] = (phrase, _nodes[node].Edges);
        }

        /// <summary>The node that letters lead to; 0 when they lead nowhere.</summary>
        public int Find(byte[] letters)
        {
            var node = 0;
            foreach (var letter in letters)
            {
                node = _nodes[node].Edges.Find(edge => edge.Class == letter).Node;
                if (node == 0)
                {
                    break;
                }
            }

            return node;
        }

        public (Node[] Nodes, Edge[] Edges) Build()
        {
            var nodes = new Node[_nodes.Count];
            var edges = new List<Edge>(_nodes.Count);
            for (var i = 0; i < nodes.Length; i++)
            {
                var (phrase, ways) = _nodes[i];
                nodes[i] = new Node(phrase, ways.Count > 0 ? ways[0] : Nowhere, edges.Count, Math.Max(0, ways.Count - 1));
                edges.AddRange(ways.Skip(1));
            }

            return (nodes, [.. edges]);
        }
    }
}
