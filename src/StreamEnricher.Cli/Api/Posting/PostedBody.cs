using System.ComponentModel;
using System.Text.Json;

namespace StreamEnricher.Cli.Api.Posting;

/// <summary>Shape of a posted body, for the OpenAPI document.</summary>
/// <param name="Event">The event, in any form that the pipeline's formats recognise.</param>
/// <param name="SourceService">Name of the service that it comes from; written into the event unless it has one.</param>
internal sealed record PostedBody(
    [property: Description("The event as its producer writes it, in any form that the pipeline's formats recognise.")] IReadOnlyDictionary<string, JsonElement> Event,
    [property: Description("The service that the event comes from; written into the event unless it names one.")] string? SourceService = null);

/// <summary>Shape of the answer, for the OpenAPI document.</summary>
/// <param name="EnrichedEvent">The common enriched event.</param>
/// <param name="Message">What was done.</param>
internal sealed record PostedAnswer(
    [property: Description("The common enriched event.")] IReadOnlyDictionary<string, JsonElement> EnrichedEvent,
    [property: Description("What was done with it.")] string Message);
