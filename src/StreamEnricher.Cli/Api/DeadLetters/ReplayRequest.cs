using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamEnricher.Cli.Composition.DeadLetters;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Delivery.Pacing;

namespace StreamEnricher.Cli.Api.DeadLetters;

/// <summary>Body of a replay: which dead letters, and where to. Several values of one kind are alternatives.</summary>
internal sealed record ReplayRequest
{
    private static readonly JsonSerializerOptions Strict = new(ApiJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        PropertyNameCaseInsensitive = false,
        MaxDepth = 4,
    };

    /// <summary>Event ids.</summary>
    public IReadOnlyList<string> EventIds { get; init; } = [];

    /// <summary>Sinks that refused them; <c>*</c>: refused before the fan-out.</summary>
    public IReadOnlyList<string> Sinks { get; init; } = [];

    /// <summary>Reasons.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>Topics of the records.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>Refused at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Refused before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>All there are.</summary>
    [Description("All there are; needed when nothing else chooses.")]
    public bool All { get; init; }

    /// <summary>The only sink that gets them, or all.</summary>
    [Description("The only sink that gets them, or all. Default: the sink that refused each.")]
    public string? To { get; init; }

    /// <summary>Most a second.</summary>
    [Description("Most a second, such as 500/s or 1MiB/s.")]
    public string? Rate { get; init; }

    /// <summary>Count them and write nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Which they are.</summary>
    internal DeadLetterFilter Filter => new() { EventIds = EventIds, Sinks = Sinks, Reasons = Reasons, Topics = Topics, Since = Since, Until = Until };

    /// <summary><see cref="Rate"/>, read.</summary>
    internal RateLimit? Limit { get; private init; }

    /// <summary>Reads a body; returns what is wrong with it, null for nothing.</summary>
    public static string? TryRead(byte[] body, PipelineOptions options, out ReplayRequest request)
    {
        request = new ReplayRequest();
        try
        {
            request = JsonSerializer.Deserialize<ReplayRequest>(body, Strict) ?? request;
        }
        catch (JsonException error)
        {
            return $"the body is no replay request (line {error.LineNumber + 1}, byte {error.BytePositionInLine}): see /openapi/v1.json";
        }

        if (request.EventIds is null || request.Sinks is null || request.Reasons is null || request.Topics is null)
        {
            return "a list must not be null";
        }

        if (request.Filter.TakesAll != request.All)
        {
            return "say which to replay, such as reasons, or all: true; not both";
        }

        if (request.To is { } to and not DeadLetterReplay.AllSinks && options.ActiveSinks.All(sink => sink.Key != to))
        {
            return $"to must be all, or one of the sinks {string.Join(", ", options.ActiveSinks.Select(static sink => sink.Key))}";
        }

        RateLimit? limit = null;
        if (request.Rate is { } rate && !Units.TryParseRate(rate, out limit))
        {
            return "rate must be such as 500/s or 1MiB/s";
        }

        request = request with { Limit = limit };
        return null;
    }
}
