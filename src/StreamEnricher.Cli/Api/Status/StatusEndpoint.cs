using System.ComponentModel;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.Cli.Api.Status;

/// <summary><c>GET /api/siem/status</c>.</summary>
internal static class StatusEndpoint
{
    /// <summary>Adds the call.</summary>
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/siem/status", Get)
        .WithName("siemStatus")
        .WithTags("status")
        .WithSummary("How the sinks do")
        .WithDescription("elastic, splunk and stix are the pipeline's first sinks of these kinds; sinks has all.")
        .Produces<SiemStatus>()
        .RequireAuthorization(Roles.MayRead);

    private static IResult Get(ApiBackend backend)
    {
        var sample = backend.Figures.Latest;
        var sinks = SinkState.All(backend.Options, sample);
        return Results.Ok(new SiemStatus(First(sinks, "elasticsearch"), First(sinks, "splunk_hec"), First(sinks, "stix"), sample.Engine.State == EngineState.Running, sinks));
    }

    private static SinkState First(IReadOnlyList<SinkState> sinks, string kind)
    {
        var ofKind = sinks.Where(sink => sink.Kind == kind).ToList();
        return ofKind.Find(static sink => sink.Enabled) ?? ofKind.FirstOrDefault() ?? new SinkState { Kind = kind, Enabled = false };
    }
}

/// <summary>The answer.</summary>
/// <param name="Elastic">First sink of kind elasticsearch.</param>
/// <param name="Splunk">First sink of kind splunk_hec.</param>
/// <param name="Stix">First sink of kind stix.</param>
/// <param name="ExportRunning">Events are read and delivered.</param>
/// <param name="Sinks">All sinks.</param>
internal sealed record SiemStatus(
    [property: Description("The pipeline's first sink of kind elasticsearch.")] SinkState Elastic,
    [property: Description("The pipeline's first sink of kind splunk_hec.")] SinkState Splunk,
    [property: Description("The pipeline's first sink of kind stix.")] SinkState Stix,
    [property: Description("Events are read and delivered.")] bool ExportRunning,
    [property: Description("All sinks in the pipeline's order.")] IReadOnlyList<SinkState> Sinks);
