using System.Globalization;
using System.Text.Json;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Core.Attribution;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Tally;

namespace StreamEnricher.Cli.Api.Attack;

/// <summary><c>GET /api/attack/layer</c>: what was seen, for the ATT&amp;CK Navigator.</summary>
internal static class LayerEndpoint
{
    /// <summary>Adds the call.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/attack/layer", Get)
        .WithName("attackLayer")
        .WithTags("attack")
        .WithSummary("What was seen, as a layer of the ATT&CK Navigator (format 4.5)")
        .WithDescription("Events of this process since its start, or the techniques among them that were seen since a time; score = events, comment = latest evidence.")
        .Produces<IReadOnlyDictionary<string, JsonElement>>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .RequireAuthorization(Roles.MayRead);

    private static IResult Get(ApiBackend backend, HttpContext context, DateTimeOffset? since = null)
    {
        var seen = backend.Techniques.All().Where(one => since is not { } first || one.LastSeen >= first)
            .Select(static one => KeyValuePair.Create(one.Id, new LayerTechnique(one.Events, one.Confidence, Comment(one))));
        var layer = new NavigatorLayer(backend.Options.Name, backend.Catalogue, seen)
        {
            Description = string.Create(
                CultureInfo.InvariantCulture,
                $"Techniques seen by StreamEnricher in {backend.Options.Name} {(since is { } from ? $"since {from:u}" : "since its start")}, as of {backend.Time.GetUtcNow():u}"),
        };
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output))
        {
            layer.WriteTo(writer);
        }

        context.Response.Headers.ContentDisposition = "attachment; filename=\"attack-layer.json\"";
        return Results.Bytes(output.ToArray(), "application/json");
    }

    private static string Comment(TechniqueSeen seen) => string.Join(
        '\n', seen.Evidence.Select(Describe).Prepend(string.Create(CultureInfo.InvariantCulture, $"last seen {seen.LastSeen:u}")));

    /// <summary>An evidence as a person reads it: who found it by which rule, and in what.</summary>
    private static string Describe(Evidence evidence)
    {
        var rule = evidence.Rule?.Name ?? evidence.Rule?.Id;
        var found = rule is null ? evidence.Provider : $"{evidence.Provider}: {rule}";
        return evidence.Field is null ? found : $"{found} ({evidence.Field}{(evidence.Value is null ? "" : $" = {evidence.Value}")})";
    }
}
