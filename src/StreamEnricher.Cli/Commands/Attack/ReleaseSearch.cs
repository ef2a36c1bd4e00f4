using System.Text;
using StreamEnricher.Core.Text;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Releases;

namespace StreamEnricher.Cli.Commands.Attack;

/// <summary>Finds what somebody means in a release: a technique by any spelling of its id, by its name or a part of it; a tactic, a group or software by id or name.</summary>
internal static class ReleaseSearch
{
    /// <summary>What a release knows by a word; empty when nothing.</summary>
    public static IReadOnlyList<FoundTechnique> Find(AttackRelease release, string word)
    {
        var catalogue = release.Catalogue;
        if (IdIn(word) is { } written)
        {
            return catalogue.Resolve(Encoding.ASCII.GetBytes(written)) is { } id ? [Describe(release, catalogue.Find(id)!, id == written ? null : written)] : [];
        }

        if (catalogue.Tactics.FirstOrDefault(tactic => Same(tactic.Id, word) || Same(tactic.Name, word) || Same(tactic.ShortName, word)) is { } tactic)
        {
            return All(release, technique => technique.ParentId is null && technique.TacticIds.Contains(tactic.Id));
        }

        if (release.Hints.Groups.Concat(release.Hints.Software).FirstOrDefault(actor => actor.IsCalled(word)) is { } actor)
        {
            var known = release.Hints.TechniquesOf(actor);
            return All(release, technique => known.Contains(technique.Id));
        }

        var named = All(release, technique => Same(technique.Name, word));
        return named.Count > 0 ? named : All(release, technique => technique.Name.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A name that was probably meant, or null.</summary>
    public static string? Nearest(AttackRelease release, string word) =>
        NearestName.Find(word, release.Catalogue.Techniques.Select(technique => technique.Name).Concat(release.Hints.Groups.Select(group => group.Name)).Distinct(StringComparer.Ordinal));

    private static List<FoundTechnique> All(AttackRelease release, Func<Technique, bool> wanted) =>
        [.. release.Catalogue.Techniques.Where(wanted).OrderBy(technique => technique.Id, StringComparer.Ordinal).Select(technique => Describe(release, technique, null))];

    private static FoundTechnique Describe(AttackRelease release, Technique technique, string? redirectedFrom) => new(
        release.Catalogue.Version,
        technique.Id,
        technique.Name,
        redirectedFrom,
        technique.ParentId is null ? null : Named(release.Catalogue.Find(technique.ParentId)!),
        [.. release.Catalogue.Techniques.Where(other => other.ParentId == technique.Id).OrderBy(other => other.Id, StringComparer.Ordinal).Select(Named)],
        [.. technique.TacticIds.Select(id => release.Catalogue.FindTactic(id)).OfType<Tactic>().Select(tactic => new FoundName(tactic.Id, tactic.Name))],
        technique.Url,
        [.. release.Hints.GroupsOf(technique.Id).Select(actor => new FoundName(actor.Id, actor.Name))],
        [.. release.Hints.SoftwareOf(technique.Id).Select(actor => new FoundName(actor.Id, actor.Name))]);

    private static FoundName Named(Technique technique) => new(technique.Id, technique.Name);

    /// <summary>The id that the whole word is a spelling of, such as t1059/001 or attack.t1059.001.</summary>
    private static string? IdIn(string word)
    {
        Span<byte> canonical = stackalloc byte[TechniqueIds.MaxLength];
        var bytes = Encoding.UTF8.GetBytes(word.Trim());
        return TechniqueIds.TryFind(bytes, canonical, out var length, out var place) && place.End.GetOffset(bytes.Length) == bytes.Length && !word.Trim().Contains(' ', StringComparison.Ordinal)
            ? Encoding.ASCII.GetString(canonical[..length])
            : null;
    }

    private static bool Same(string name, string word) => string.Equals(name, word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What <c>attack lookup --output json</c> prints.</summary>
internal sealed record FoundTechniques(IReadOnlyList<FoundTechnique> Techniques);

/// <summary>A technique of a release.</summary>
/// <param name="Release">Release.</param>
/// <param name="Id">T1059 or T1059.001.</param>
/// <param name="Name">Name.</param>
/// <param name="RedirectedFrom">The older id that was asked for, if it was one.</param>
/// <param name="Parent">Of a sub-technique.</param>
/// <param name="SubTechniques">Its sub-techniques.</param>
/// <param name="Tactics">Tactics in matrix order.</param>
/// <param name="Url">Page.</param>
/// <param name="Groups">Groups that used it: a hint.</param>
/// <param name="Software">Software that implements it: a hint.</param>
internal sealed record FoundTechnique(
    string Release, string Id, string Name, string? RedirectedFrom, FoundName? Parent, IReadOnlyList<FoundName> SubTechniques, IReadOnlyList<FoundName> Tactics, string Url,
    IReadOnlyList<FoundName> Groups, IReadOnlyList<FoundName> Software);

/// <summary>Something with an id.</summary>
internal sealed record FoundName(string Id, string Name);
