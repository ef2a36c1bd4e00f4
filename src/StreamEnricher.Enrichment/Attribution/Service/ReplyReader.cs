using System.Text.Json;
using StreamEnricher.Core.Attribution;

namespace StreamEnricher.Enrichment.Attribution.Service;

/// <summary>Turns a reply about one indicator into evidence. Ids that the catalogue lacks are left out.</summary>
internal sealed class ReplyReader(AttackCatalogue catalogue)
{
    /// <summary>Confidence of a technique for which the service gives none.</summary>
    internal const double DefaultConfidence = 0.5;

    private const int Decimals = 4;

    /// <summary>What a reply says.</summary>
    /// <param name="reply">Reply about one indicator; null for none.</param>
    /// <param name="value">The indicator's value, which the evidence names.</param>
    public Finding Read(MapPatternsReply? reply, string value)
    {
        var evidence = new List<Evidence>();
        foreach (var technique in reply?.Techniques ?? [])
        {
            if (technique?.Id is { } written && Resolve(written) is { } id)
            {
                evidence.Add(new Evidence("service", [id], ConfidenceOf(technique, reply!) ?? DefaultConfidence, null, null, value));
            }
        }

        var actors = new List<ThreatActor>();
        foreach (var actor in reply?.ThreatActors ?? [])
        {
            if (actor is not null && (NullIfEmpty(actor.Name) ?? NullIfEmpty(actor.Id)) is { } name)
            {
                actors.Add(new ThreatActor(NullIfEmpty(actor.Id), name, NullIfEmpty(actor.Description), Valid(actor.Confidence), ResolveAll(actor.Techniques)));
            }
        }

        return evidence.Count == 0 && actors.Count == 0 ? Finding.Nothing : new Finding(evidence, actors);
    }

    private static double? ConfidenceOf(TechniqueMessage technique, MapPatternsReply reply) =>
        Valid(technique.Confidence)
        ?? (reply.ConfidenceScores?.GetValueOrDefault(technique.Id!) is { ValueKind: JsonValueKind.Number } score ? Valid(score.GetDouble()) : null);

    private static double? Valid(double? confidence) =>
        confidence is >= 0 and <= 1 ? Math.Round(confidence.Value, Decimals, MidpointRounding.AwayFromZero) : null;

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private List<string> ResolveAll(IReadOnlyList<string?>? written)
    {
        var ids = new List<string>();
        foreach (var text in written ?? [])
        {
            if (text is not null && Resolve(text) is { } id && !ids.Contains(id))
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    private string? Resolve(string written)
    {
        Span<byte> canonical = stackalloc byte[TechniqueIds.MaxLength];
        return TechniqueIds.TryFind(System.Text.Encoding.UTF8.GetBytes(written), canonical, out var length, out _) ? catalogue.Resolve(canonical[..length]) : null;
    }
}
