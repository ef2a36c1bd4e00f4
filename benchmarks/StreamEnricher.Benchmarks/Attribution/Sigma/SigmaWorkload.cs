
using System.IO.Compression;
using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Sigma;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;
using StreamEnricher.Testing;

namespace StreamEnricher.Benchmarks.Attribution.Sigma;

/// <summary>
/// Windows events and Sigma rules. Rules from SIGMA_RULES (a folder or .tar.gz) and events from SIGMA_EVENTS (a folder or file of .ndjson or .ndjson.gz; those beside
/// their labels are left out) when these are set, else rules and events made here.
/// </summary>
internal sealed class SigmaWorkload
{
    /// <summary>Events of a round: evenly spaced among those that were found, or repeated.</summary>
    public const int Count = 35_000;

    private readonly byte[] _slab;
    private readonly (int Start, int Length)[] _events;
    private readonly FormatPlan _plan;
    private readonly BoundProvider _provider;
    private readonly AttributionScratch _scratch = new();
    private readonly ScanState _scan = new();

    public SigmaWorkload()
    {
        Rules = LoadRules();
        var lines = Lines();
        Events = [.. Enumerable.Range(0, Count).Select(index => lines[(int)(index * (long)Math.Max(lines.Count, Count) / Count % lines.Count)])];
        _slab = new byte[Events.Sum(line => line.Length + 1) + EventBatch.Padding];
        _events = new (int, int)[Count];
        var at = 0;
        for (var index = 0; index < Count; index++)
        {
            Events[index].CopyTo(_slab, at);
            _events[index] = (at, Events[index].Length);
            at += Events[index].Length;
            _slab[at++] = (byte)'\n';
        }

        (_plan, _provider) = Compile(Rules);
    }

    /// <summary>The rules.</summary>
    public SigmaRuleSet Rules { get; }

    /// <summary>The events one by one.</summary>
    public byte[][] Events { get; }

    /// <summary>Reads and compiles the rules that SIGMA_RULES names, or those made here.</summary>
    public static SigmaRuleSet LoadRules() => Environment.GetEnvironmentVariable("SIGMA_RULES") is { Length: > 0 } path
        ? SigmaRuleSet.Load([path], SigmaLevel.Informational)
        : SyntheticRules.Load();

    /// <summary>Compiles rules for the shipped Windows format.</summary>
    public static (FormatPlan Format, BoundProvider Provider) Compile(SigmaRuleSet rules)
    {
        var problems = new List<FormatProblem>();
        var formats = FormatCatalog.Load([Repository.PathOf("pipelines", "formats")], problems, rules) ?? throw new InvalidOperationException(string.Join('\n', problems));
        var plan = formats.Find("windows")!;
        var provider = new SigmaProvider(rules, new ShippedData(Repository.PathOf("data")).LoadCatalogue("19"));
        return (plan, provider.Bind(plan.Cases[^1].Attribution) ?? throw new InvalidOperationException("no rule is for Windows events"));
    }

    /// <summary>Scans every event for what the format and the rules read; returns the slots found.</summary>
    public int Scan(int from = 0, int count = Count)
    {
        var present = 0;
        foreach (var (start, length) in _events.AsSpan(from, count))
        {
            JsonScanner.Scan(_slab, start, length, _plan.Scan, _scan);
            present += _scan.Slots[0].Length;
        }

        return present;
    }

    /// <summary>Scans every event and matches it against the rules; returns the number of hits.</summary>
    public int Match(int from = 0, int count = Count)
    {
        var hits = 0;
        foreach (var (start, length) in _events.AsSpan(from, count))
        {
            JsonScanner.Scan(_slab, start, length, _plan.Scan, _scan);
            _scratch.Begin();
            _provider.Collect(_slab, _scan.Slots, new AttributionContext("low", 0, 0, -1, start, length), _scratch);
            hits += _scratch.FindingCount;
        }

        return hits;
    }

    private static List<byte[]> Lines()
    {
        if (Environment.GetEnvironmentVariable("SIGMA_EVENTS") is not { Length: > 0 } path)
        {
            return [.. File.ReadLines(Repository.PathOf("data", "samples", "windows.ndjson")).Select(Encoding.UTF8.GetBytes)];
        }

        var files = Directory.Exists(path) ? Directory.GetFiles(path, "*.ndjson*", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : (IEnumerable<string>)[path];
        var lines = new List<byte[]>();
        foreach (var file in files.Where(file => Path.GetFileName(file).Split('.').Length <= 3 || !file.EndsWith(".gz", StringComparison.Ordinal)))
        {
            using var stream = File.OpenRead(file);
            using var text = new StreamReader(file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream);
            while (text.ReadLine() is { } line)
            {
                lines.Add(Encoding.UTF8.GetBytes(line));
            }
        }

        return lines;
    }
}
