using System.IO.Hashing;
using System.Runtime.InteropServices;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Reloading;

/// <summary>
/// The files that a pipeline was read from: its own, formats, rules, tables, a catalogue of one's own; not what is shipped. They are looked at again and again, since notifications of a
/// file system do not tell of a mounted volume whose links are led elsewhere (a Kubernetes ConfigMap), of network folders, or of a folder that is replaced.
/// </summary>
/// <param name="file">The pipeline file.</param>
internal sealed class WatchedFiles(string file)
{
    private const int Deepest = 16;

    private Dictionary<OwnFiles, ulong> _known = LookAt([new OwnFiles(file)]);
    private Dictionary<OwnFiles, ulong> _last = [];

    /// <summary>Looks at what these options name from now on; what is new is known as it is now.</summary>
    public void Follow(PipelineOptions options)
    {
        var seen = LookAt([new OwnFiles(file), .. EnrichmentPlan.OwnFiles(options)]);
        foreach (var own in seen.Keys.Where(_known.ContainsKey).ToList())
        {
            seen[own] = _known[own];
        }

        _known = seen;
    }

    /// <summary>Takes the files as they are now for known.</summary>
    public void Settle() => _known = LookAt(_known.Keys);

    /// <summary>The files are not those that are known, and nobody changes them any more: they were the same at the look before.</summary>
    public bool HaveChanged()
    {
        var now = LookAt(_known.Keys);
        var calm = Same(now, _last);
        _last = now;
        return calm && !Same(now, _known);
    }

    private static bool Same(Dictionary<OwnFiles, ulong> left, Dictionary<OwnFiles, ulong> right) =>
        left.Count == right.Count && left.All(one => right.TryGetValue(one.Key, out var other) && other == one.Value);

    private static Dictionary<OwnFiles, ulong> LookAt(IEnumerable<OwnFiles> files) => files.Distinct().ToDictionary(static own => own, LookAt);

    /// <summary>A number that changes with the names, sizes and times of the files; the order in which folders give them does not matter.</summary>
    private static ulong LookAt(OwnFiles own)
    {
        try
        {
            return Directory.Exists(own.Path) ? LookInto(own) : HashOf(new FileInfo(own.Path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What cannot be looked at is another state of it; loading says why.
            return (ulong)exception.HResult;
        }
    }

    private static ulong LookInto(OwnFiles own)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = own.Below, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None, MaxRecursionDepth = Deepest };
        return new DirectoryInfo(own.Path).EnumerateFiles(own.Pattern, options).Aggregate(0UL, static (sum, one) => sum + HashOf(one));
    }

    private static ulong HashOf(FileInfo info)
    {
        // Times and sizes of a link are its own and say nothing of what it leads to.
        var target = info.LinkTarget is null ? info : info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? info;
        var name = XxHash64.HashToUInt64(MemoryMarshal.AsBytes($"{info.FullName}\0{target.FullName}".AsSpan()));
        return target.Exists ? XxHash64.HashToUInt64(MemoryMarshal.AsBytes<long>([target.Length, target.LastWriteTimeUtc.Ticks]), (long)name) : name;
    }
}
