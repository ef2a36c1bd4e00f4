using System.Buffers;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>
/// Finds all phrases in one pass over a text (Aho and Corasick, "Efficient string matching: an aid to bibliographic search", 1975), as a
/// table of state and byte class, so that a byte costs one look-up.
/// </summary>
internal sealed class KeywordAutomaton
{
    private const byte Blank = (byte)' ';

    private static readonly SearchValues<char> PhraseLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789 ./+#&':@()");

    private readonly byte[] _classes = new byte[256];
    private readonly int[] _next;
    private readonly int[] _phraseAt;
    private readonly int[] _shorter;
    private readonly int[] _lengths;
    private readonly int _width;

    /// <param name="phrases">Each as <see cref="IsPhrase"/> wants it, none twice.</param>
    public KeywordAutomaton(IReadOnlyList<string> phrases)
    {
        _lengths = [.. phrases.Select(phrase => phrase.Length)];
        _width = AssignClasses(phrases);
        var states = phrases.Sum(phrase => phrase.Length) + 1;
        _next = new int[states * _width];
        _phraseAt = new int[states];
        _shorter = new int[states];
        Array.Fill(_phraseAt, -1);
        Array.Fill(_shorter, -1);
        AddPhrases(phrases);
        LinkSuffixes();
    }

    /// <summary>A text that can be a phrase: lower-case ASCII letters, digits and a few signs, in words with single blanks between them.</summary>
    public static bool IsPhrase(string text) =>
        text.Length >= 2 && text[0] != ' ' && text[^1] != ' ' && !text.Contains("  ", StringComparison.Ordinal)
        && !text.AsSpan().ContainsAnyExcept(PhraseLetters);

    /// <summary>Finds the phrases of a text that stand as whole words; the longest where one contains another.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="matches">Receives them.</param>
    public void Search(ReadOnlySpan<byte> text, KeywordMatches matches)
    {
        matches.Clear();
        var state = 0;
        for (var index = 0; index < text.Length; index++)
        {
            state = _next[(state * _width) + _classes[text[index]]];
            for (var at = _phraseAt[state] >= 0 ? state : _shorter[state]; at >= 0; at = _shorter[at])
            {
                var start = index + 1 - _lengths[_phraseAt[at]];
                if (IsBoundary(text, start - 1) && EndsWord(text, index + 1))
                {
                    matches.Add(start, _phraseAt[at]);
                    break;
                }
            }
        }
    }

    private static bool EndsWord(ReadOnlySpan<byte> text, int end) =>
        IsBoundary(text, end) || (text[end] is (byte)'s' or (byte)'S' && IsBoundary(text, end + 1));

    private static bool IsBoundary(ReadOnlySpan<byte> text, int index) =>
        (uint)index >= (uint)text.Length || !(char.IsAsciiLetterOrDigit((char)text[index]) || text[index] >= 0x80);

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

    private void AddPhrases(IReadOnlyList<string> phrases)
    {
        var used = 1;
        for (var phrase = 0; phrase < phrases.Count; phrase++)
        {
            var state = 0;
            foreach (var letter in System.Text.Encoding.ASCII.GetBytes(phrases[phrase]))
            {
                ref var next = ref _next[(state * _width) + _classes[letter]];
                state = next == 0 ? next = used++ : next;
            }

            _phraseAt[state] = phrase;
        }
    }

    // Breadth first: a state's missing edges are those of its longest suffix that is a state, which is nearer to the root and complete by then.
    private void LinkSuffixes()
    {
        var suffix = new int[_phraseAt.Length];
        var queue = new Queue<int>([0]);
        while (queue.TryDequeue(out var state))
        {
            for (var edge = 0; edge < _width; edge++)
            {
                ref var next = ref _next[(state * _width) + edge];
                var shorter = state == 0 ? 0 : _next[(suffix[state] * _width) + edge];
                if (next == 0)
                {
                    next = shorter;
                }
                else
                {
                    suffix[next] = shorter;
                    _shorter[next] = _phraseAt[shorter] >= 0 ? shorter : _shorter[shorter];
                    queue.Enqueue(next);
                }
            }
        }
    }
}
