using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Phrases found in one text, none inside another. Reused for every text; remembers those of the texts that came lately, since tags and descriptions repeat.</summary>
internal sealed class KeywordMatches
{
    /// <summary>Texts with more matches are searched each time.</summary>
    private const int MostRemembered = 4;

    private const int LongestText = 128;

    private readonly KeyMemory _texts = new(groupBits: 7, LongestText);
    private readonly int[] _remembered;
    private readonly byte[] _rememberedCounts;
    private int[] _phrases = new int[8];

    public KeywordMatches()
    {
        _remembered = new int[_texts.Capacity * MostRemembered];
        _rememberedCounts = new byte[_texts.Capacity];
    }

    /// <summary>Number of matches.</summary>
    public int Count { get; private set; }

    /// <summary>Index of the phrase of a match, from the left.</summary>
    public int this[int index] => _phrases[index];

    /// <summary>Finds the phrases of a text.</summary>
    public void Find(ReadOnlySpan<byte> text, PhraseSearch search)
    {
        if (text.IsEmpty)
        {
            Clear();
            return;
        }

        var number = _texts.Find(text, out var hash);
        if (number >= 0)
        {
            Count = _rememberedCounts[number];
            _remembered.AsSpan(number * MostRemembered, Count).CopyTo(_phrases);
            return;
        }

        search.Search(text, this);
        if (Count <= MostRemembered && (number = _texts.Keep(text, hash)) >= 0)
        {
            _phrases.AsSpan(0, Count).CopyTo(_remembered.AsSpan(number * MostRemembered));
            _rememberedCounts[number] = (byte)Count;
        }
    }

    /// <summary>Forgets all texts: those that come are searched for other phrases.</summary>
    public void ForgetTexts() => _texts.Clear();

    /// <summary>Forgets the last text.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a match.</summary>
    public void Add(int phrase)
    {
        if (Count == _phrases.Length)
        {
            Array.Resize(ref _phrases, Count * 2);
        }

        _phrases[Count++] = phrase;
    }
}
