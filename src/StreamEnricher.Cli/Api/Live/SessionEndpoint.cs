using System.Security.Claims;
using StreamEnricher.Cli.Api.Security;

namespace StreamEnricher.Cli.Api.Live;

/// <summary><c>GET /api/session</c>: what the caller's token may do, so that a page shows only what will work.</summary>
internal static class SessionEndpoint
{
    /// <summary>Adds the call.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/session", static (ClaimsPrincipal user) => Results.Ok(Of(user)))
        .WithName("session")
        .WithTags("status")
        .WithSummary("Whose token it is, what it may do, and until when")
        .Produces<Session>()
        .RequireAuthorization(Roles.MayRead);

    private static Session Of(ClaimsPrincipal user) => new(
        user.FindFirst("sub")?.Value,
        [.. Roles.All.Where(role => Roles.HasOne(user, [role]))],
        TokenLife.EndOf(user),
        Roles.HasOne(user, Roles.Policies[Roles.MayPost]),
        Roles.HasOne(user, Roles.Policies[Roles.MayOperate]));
}

/// <summary>The answer.</summary>
/// <param name="Subject">The token's <c>sub</c>.</param>
/// <param name="Roles">Its roles that mean something here.</param>
/// <param name="ExpiresAt">Its end.</param>
/// <param name="MayPost">It may post events.</param>
/// <param name="MayManage">It may pause sinks and replay dead letters.</param>
internal sealed record Session(string? Subject, IReadOnlyList<string> Roles, DateTimeOffset? ExpiresAt, bool MayPost, bool MayManage);
