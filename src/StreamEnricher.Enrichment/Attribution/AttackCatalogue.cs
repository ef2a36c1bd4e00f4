namespace StreamEnricher.Enrichment.Attribution;

/// <summary>One release of Enterprise ATT&amp;CK: its live techniques and tactics, and what revoked ids became. Immutable.</summary>
internal sealed class AttackCatalogue
{
    private readonly Dictionary<string, Technique> _techniques;
    private readonly Dictionary<string, Tactic> _tactics;
    private readonly Dictionary<string, string> _redirects = new(StringComparer.Ordinal);
    private readonly Dictionary<byte[], string>.AlternateLookup<ReadOnlySpan<byte>> _live;

    /// <param name="version">Release, such as 19 or 18.1.</param>
    /// <param name="techniques">Live techniques only.</param>
    /// <param name="tactics">All tactics.</param>
    /// <param name="redirects">Old id to newer id; chains are followed, one that ends nowhere or in a loop leaves its ids unknown.</param>
    public AttackCatalogue(
        string version, IEnumerable<Technique> techniques, IEnumerable<Tactic> tactics, IEnumerable<KeyValuePair<string, string>>? redirects = null)
    {
        Version = version;
        _techniques = techniques.ToDictionary(technique => technique.Id, StringComparer.Ordinal);
        _tactics = tactics.ToDictionary(tactic => tactic.Id, StringComparer.Ordinal);

        var live = new Dictionary<byte[], string>(Utf8Comparer.Instance);
        foreach (var id in _techniques.Keys)
        {
            live.Add(System.Text.Encoding.UTF8.GetBytes(id), id);
        }

        var steps = new Dictionary<string, string>(redirects ?? [], StringComparer.Ordinal);
        foreach (var old in steps.Keys)
        {
            if (!_techniques.ContainsKey(old) && Follow(old, steps) is { } current)
            {
                live.Add(System.Text.Encoding.UTF8.GetBytes(old), current);
                _redirects.Add(old, current);
            }
        }

        _live = live.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>Release, such as 19 or 18.1.</summary>
    public string Version { get; }

    /// <summary>Live techniques, in no order.</summary>
    public IReadOnlyCollection<Technique> Techniques => _techniques.Values;

    /// <summary>All tactics, in matrix order.</summary>
    public IReadOnlyList<Tactic> Tactics => [.. _tactics.Values.OrderBy(tactic => tactic.Order)];

    /// <summary>Live ids by the older ids that became them.</summary>
    public IReadOnlyDictionary<string, string> Redirects => _redirects;

    /// <summary>A live technique by its exact id, else null.</summary>
    public Technique? Find(string id) => _techniques.GetValueOrDefault(id);

    /// <summary>A tactic by its id (TA0002), else null.</summary>
    public Tactic? FindTactic(string id) => _tactics.GetValueOrDefault(id);

    /// <summary>The live id that an id stands for: itself, or what a revoked one became. Does not allocate.</summary>
    /// <param name="id">Id in its canonical spelling (T1059.001), UTF-8.</param>
    /// <returns>Null when the release has no such technique: unknown, deprecated, or of the Mobile or ICS matrix.</returns>
    public string? Resolve(ReadOnlySpan<byte> id) => _live.TryGetValue(id, out var current) ? current : null;

    private string? Follow(string id, Dictionary<string, string> steps)
    {
        for (var step = 0; step <= steps.Count; step++)
        {
            if (_techniques.ContainsKey(id))
            {
                return id;
            }

            if (!steps.TryGetValue(id, out var next))
            {
                return null;
            }

            id = next;
        }

        return null;
    }
}
