namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Phrases found in one text, none inside another. Reused for every text.</summary>
internal sealed class KeywordMatches
{
    private int[] _phrases = new int[8];

    /// <summary>Number of matches.</summary>
    public int Count { get; private set; }

    /// <summary>Index of the phrase of a match, from the left.</summary>
    public int this[int index] => _phrases[index];

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
