using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.Cli.Api.Attack;

/// <summary><c>GET /api/attack/matrix</c>: the release that the pipeline attributes to, laid out as its matrix.</summary>
internal static class MatrixEndpoint
{
    /// <summary>Adds the call.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/attack/matrix", static (ApiBackend backend) => Results.Ok(Of(backend.Catalogue)))
        .WithName("attackMatrix")
        .WithTags("attack")
        .WithSummary("Tactics and techniques of the ATT&CK release in use, in the order of its matrix")
        .Produces<AttackMatrix>()
        .RequireAuthorization(Roles.MayRead);

    private static AttackMatrix Of(AttackCatalogue catalogue)
    {
        var tactics = catalogue.Techniques.SelectMany(static technique => technique.TacticIds).Distinct(StringComparer.Ordinal)
            .Select(catalogue.FindTactic).OfType<Tactic>().OrderBy(static tactic => tactic.Order);
        return new AttackMatrix(
            catalogue.Version,
            [.. tactics.Select(static tactic => new MatrixTactic(tactic.Id, tactic.Name, tactic.ShortName))],
            [
                .. catalogue.Techniques.OrderBy(static technique => technique.Id, StringComparer.Ordinal)
                    .Select(static technique => new MatrixTechnique(technique.Id, technique.Name, technique.ParentId, technique.TacticIds, technique.Url)),
            ]);
    }
}

/// <summary>The answer.</summary>
/// <param name="Version">Release, such as 19.</param>
/// <param name="Tactics">In the order of the matrix.</param>
/// <param name="Techniques">Live techniques and sub-techniques, in the order of their ids.</param>
internal sealed record AttackMatrix(string Version, IReadOnlyList<MatrixTactic> Tactics, IReadOnlyList<MatrixTechnique> Techniques);

/// <summary>A column.</summary>
internal sealed record MatrixTactic(string Id, string Name, string ShortName);

/// <summary>A technique or sub-technique.</summary>
/// <param name="Id">T1059 or T1059.001.</param>
/// <param name="Name">Name without the parent's.</param>
/// <param name="Parent">The technique that it is a part of.</param>
/// <param name="Tactics">Ids of its columns.</param>
/// <param name="Url">Its page at attack.mitre.org.</param>
internal sealed record MatrixTechnique(string Id, string Name, string? Parent, IReadOnlyList<string> Tactics, string Url);
