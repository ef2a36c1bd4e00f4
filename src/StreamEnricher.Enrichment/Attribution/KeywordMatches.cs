namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Phrases found in one text, none inside another. Reused for every text.</summary>
internal sealed class KeywordMatches
{
    private (int Start, int Phrase)[] _matches = new (int, int)[8];

    /// <summary>Number of matches.</summary>
    public int Count { get; private set; }

    /// <summary>Index of the phrase of a match, from the left.</summary>
    public int this[int index] => _matches[index].Phrase;

    /// <summary>Forgets the last text.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a match that ends behind all matches so far; those that it contains are dropped.</summary>
    public void Add(int start, int phrase)
    {
        while (Count > 0 && _matches[Count - 1].Start >= start)
        {
            Count--;
        }

        if (Count == _matches.Length)
        {
            Array.Resize(ref _matches, Count * 2);
        }

        _matches[Count++] = (start, phrase);
    }
}
