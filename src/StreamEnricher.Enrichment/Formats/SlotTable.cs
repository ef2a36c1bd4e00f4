using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Gives every source path that a format names a slot, under all the spellings that it may have in an event.</summary>
/// <remarks>A path is looked for below each root of the format; its dots are steps or part of the name (Zeek writes <c>id.orig_h</c> as one name).</remarks>
/// <param name="roots">Prefixes.</param>
/// <param name="aliases">Other paths of a path; null for none.</param>
internal sealed class SlotTable(IReadOnlyList<string> roots, IReadOnlyDictionary<string, IReadOnlyList<string>>? aliases = null)
{
    private readonly ScanPlanBuilder _builder = new();
    private readonly Dictionary<string, int> _byPath = new(StringComparer.Ordinal);
    private readonly List<string> _paths = [];

    /// <summary>The source path of each slot.</summary>
    public IReadOnlyList<string> Paths => _paths;

    /// <summary>The slot, or the element below it, that a path names.</summary>
    public SourceRef Add(string path)
    {
        var (scanned, rest) = SourceRef.Split(path);
        return new SourceRef(SlotOf(scanned), path, rest);
    }

    /// <summary>The slot of a path without array steps.</summary>
    public int SlotOf(string path)
    {
        var spellings = Spellings(path).ToList();
        var known = spellings.Select(names => Key(names)).FirstOrDefault(_byPath.ContainsKey);
        var slot = known is null ? _builder.AddSlot() : _byPath[known];
        if (known is null)
        {
            _paths.Add(path);
        }

        foreach (var names in spellings)
        {
            if (_byPath.TryAdd(Key(names), slot))
            {
                _builder.AddPath(slot, names);
            }
        }

        return slot;
    }

    /// <summary>Lets scans find a path as it is written, below no root and by no alias, whichever slots its spellings lead to.</summary>
    public void Watch(string path)
    {
        var slot = -1;
        foreach (var names in SpellingsOf(path).Where(names => !_byPath.ContainsKey(Key(names))))
        {
            if (slot < 0)
            {
                slot = _builder.AddSlot();
                _paths.Add(path);
            }

            _byPath.Add(Key(names), slot);
            _builder.AddPath(slot, names);
        }
    }

    /// <summary>How an event may write a path: its dots are steps, or part of one name.</summary>
    public static IEnumerable<string[]> SpellingsOf(string path)
    {
        var steps = path.Split('.');
        return steps.Length > 1 ? [steps, [path]] : [steps];
    }

    /// <summary>The finished scan plan.</summary>
    public ScanPlan Build() => _builder.Build();

    private static string Key(string[] names) => string.Join('\u0001', names);

    private IEnumerable<string[]> Spellings(string path) =>
        (aliases?.GetValueOrDefault(path) ?? []).Prepend(path).SelectMany(Below);

    private IEnumerable<string[]> Below(string path)
    {
        var steps = path.Split('.');
        foreach (var root in roots)
        {
            var rootSteps = root.Split('.', StringSplitOptions.RemoveEmptyEntries);
            yield return [.. rootSteps, .. steps];
            if (steps.Length > 1)
            {
                yield return [.. rootSteps, path];
            }

            if (rootSteps.Length > 0)
            {
                yield return [root + path];
            }
        }
    }
}
