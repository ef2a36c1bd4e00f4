using System.Text.Json;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Core.Attribution;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Tally;

namespace StreamEnricher.Cli.Api.Attack;

/// <summary><c>GET /api/attack/techniques/{id}</c>: what was seen of one technique, with its sub-techniques.</summary>
internal static class TechniqueEndpoint
{
    private const int MostEvents = 10;

    /// <summary>Adds the call.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/attack/techniques/{id}", GetAsync)
        .WithName("technique")
        .WithTags("attack")
        .WithSummary("What was seen of a technique: how often, how surely, why, and the latest events")
        .WithDescription($"A technique comes with its sub-techniques. At most {MostEvents} events, of this process, sampled once a second.")
        .Produces<TechniqueAnswer>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .RequireAuthorization(Roles.MayRead);

    private static async Task<IResult> GetAsync(string id, ApiBackend backend, HttpContext context)
    {
        if (backend.Catalogue.Find(id) is not { } technique)
        {
            return Problems.Of(StatusCodes.Status404NotFound, $"ATT&CK {backend.Catalogue.Version} has no such technique");
        }

        var family = backend.Catalogue.Techniques.Where(one => one.Id == id || one.ParentId == id).OrderBy(static one => one.Id, StringComparer.Ordinal).ToList();
        var seen = family.Select(one => backend.Techniques.Find(one.Id)).OfType<TechniqueSeen>().ToList();
        var samples = family.SelectMany(one => backend.Techniques.Samples(one.Id)).DistinctBy(static one => (one.Topic, one.Partition, one.Offset))
            .OrderByDescending(static one => one.Taken).Take(MostEvents)
            .Select(static one => new RawRecord(one.Source, one.Topic, one.Partition, one.Offset, one.Timestamp, one.Value)).ToList();
        var events = await backend.Recent.EnrichAsync(samples, context.RequestAborted);
        return Results.Ok(new TechniqueAnswer(
            id,
            Name(technique, backend.Catalogue),
            technique.Url,
            [.. technique.TacticIds],
            seen.Sum(static one => one.Events),
            seen.Count == 0 ? 0 : seen.Max(static one => one.Confidence),
            seen.Count == 0 ? null : seen.Min(static one => one.FirstSeen),
            seen.Count == 0 ? null : seen.Max(static one => one.LastSeen),
            [.. seen.SelectMany(static one => one.Evidence)],
            [.. seen.Select(one => new TechniqueFigures(one.Id, one.Events, one.Confidence, one.LastSeen))],
            [.. events.Select(static one => JsonDocument.Parse(one).RootElement)]));
    }

    private static string Name(Technique technique, AttackCatalogue catalogue) =>
        technique.ParentId is { } parent && catalogue.Find(parent) is { } whole ? $"{whole.Name}: {technique.Name}" : technique.Name;
}

/// <summary>The answer.</summary>
/// <param name="Id">The technique.</param>
/// <param name="Name">Its name, with the parent's.</param>
/// <param name="Url">Its page at attack.mitre.org.</param>
/// <param name="Tactics">Ids of its tactics.</param>
/// <param name="Events">Events of it and of its sub-techniques since this process's start; one that has several counts for each.</param>
/// <param name="Confidence">The highest, 0 to 1.</param>
/// <param name="FirstSeen">When the first of them passed.</param>
/// <param name="LastSeen">When the last of them passed.</param>
/// <param name="Evidence">A few of the latest.</param>
/// <param name="Parts">It and its sub-techniques, as far as they were seen.</param>
/// <param name="LatestEvents">Common enriched events, newest first.</param>
internal sealed record TechniqueAnswer(
    string Id, string Name, string Url, IReadOnlyList<string> Tactics, long Events, double Confidence, DateTimeOffset? FirstSeen, DateTimeOffset? LastSeen,
    IReadOnlyList<Evidence> Evidence, IReadOnlyList<TechniqueFigures> Parts, IReadOnlyList<JsonElement> LatestEvents);
