using StreamEnricher.Cli.Configuration;
using StreamEnricher.Enrichment.Conditions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Api.Taps;

/// <summary>What somebody wants to see.</summary>
/// <param name="At">source, enriched, or the name of a sink.</param>
/// <param name="Where">Which events; null for all.</param>
/// <param name="Rate">Most events a second.</param>
/// <param name="Limit">Events after which it ends; 0 for none.</param>
internal sealed record TapRequest(string At, Condition? Where, int Rate, long Limit)
{
    /// <summary>The record as it was read.</summary>
    public const string Source = "source";

    /// <summary>The common enriched event.</summary>
    public const string Enriched = "enriched";

    /// <summary>Most events a second that can be asked for.</summary>
    public const int MostRate = 1000;

    private const int LongestCondition = 4096;

    /// <summary>Reads a request; returns what is wrong with it, null for nothing.</summary>
    /// <param name="at">Where to look.</param>
    /// <param name="where">A condition as after <c>when:</c> in a pipeline file; braces may be left out.</param>
    /// <param name="rate">Most events a second.</param>
    /// <param name="limit">Events after which it ends.</param>
    /// <param name="options">The pipeline.</param>
    /// <param name="request">The request.</param>
    public static string? TryRead(string at, string? where, int rate, long limit, PipelineOptions options, out TapRequest request)
    {
        request = new TapRequest(at, null, rate, limit);
        if (at is not (Source or Enriched) && options.ActiveSinks.All(sink => sink.Key != at))
        {
            return $"at must be {string.Join(", ", options.ActiveSinks.Select(static sink => sink.Key).Prepend(Enriched).Prepend(Source))}";
        }

        if (rate is < 1 or > MostRate)
        {
            return $"rate must be from 1 to {MostRate}";
        }

        if (limit < 0)
        {
            return "limit must not be below 0";
        }

        if (string.IsNullOrWhiteSpace(where))
        {
            return null;
        }

        if (where.Length > LongestCondition)
        {
            return $"where may have {LongestCondition} characters";
        }

        var (condition, problem) = Read(where.TrimStart().StartsWith('{') || where.TrimStart().StartsWith('[') ? where : $"{{ {where} }}");
        request = request with { Where = condition };
        return problem;
    }

    private static (Condition? Condition, string? Problem) Read(string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            return (null, $"where is no condition such as event.severity|gte: 50 ({error.Message})");
        }

        if (stream.Documents is not [var document])
        {
            return (null, "where must be one condition such as event.severity|gte: 50");
        }

        var condition = Condition.Parse(document.RootNode, out var errors);
        return condition is null ? (null, $"where: {string.Join("; ", errors.Select(static error => error.Message))}") : (condition, null);
    }
}
