using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Reloading;

/// <summary>What of a pipeline file may change while it runs: what decides how an event is read, attributed, chosen and written. Everything else is bound to connections, groups and memory that a run holds from its start.</summary>
internal static class LiveKeys
{
    private const string AnyName = "*";

    private static readonly string[][] Live =
    [
        ["formats"],
        ["sources", AnyName, "format"],
        ["attribution"],
        ["output"],
        ["sinks", AnyName, "when"],
        ["sinks", AnyName, "splunk_hec", "index"],
        ["sinks", AnyName, "splunk_hec", "sourcetype"],
    ];

    /// <summary>The paths that differ though they may not, in the order of the file that is wanted, then what it no longer has.</summary>
    /// <param name="running">The file at work, with variables replaced.</param>
    /// <param name="wanted">The file that shall take its place.</param>
    public static IReadOnlyList<string> Frozen(YamlMappingNode running, YamlMappingNode wanted)
    {
        var changed = new List<string>();
        Compare([], running, wanted, changed);
        return changed;
    }

    private static void Compare(string[] path, YamlNode? running, YamlNode? wanted, List<string> changed)
    {
        if (Array.Exists(Live, live => Matches(live, path)) || Equals(running, wanted))
        {
            return;
        }

        if (running is not YamlMappingNode before || wanted is not YamlMappingNode after)
        {
            changed.Add(string.Join('.', path));
            return;
        }

        foreach (var key in Keys(after).Union(Keys(before), StringComparer.Ordinal))
        {
            Compare([.. path, key], Child(before, key), Child(after, key), changed);
        }
    }

    private static bool Matches(string[] live, string[] path) => live.Length == path.Length && live.Zip(path).All(static pair => pair.First == AnyName || pair.First == pair.Second);

    private static IEnumerable<string> Keys(YamlMappingNode map) => map.Children.Keys.OfType<YamlScalarNode>().Select(static key => key.Value ?? "");

    private static YamlNode? Child(YamlMappingNode map, string key) => map.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
}
