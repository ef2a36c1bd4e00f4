using StreamEnricher.Core.Attribution;

namespace StreamEnricher.Enrichment.Attribution;

/// <summary>Makes one attribution of all that was found.</summary>
internal static class AttributionAssembly
{
    /// <summary>Decimals of the overall confidence.</summary>
    private const int Decimals = 4;

    /// <summary>Techniques that the overall confidence is the mean of.</summary>
    private const int Leading = 3;

    /// <summary>Makes an attribution; the same findings in the same order give an equal one.</summary>
    /// <param name="findings">In the order of the providers.</param>
    /// <param name="confidence">The producer's own confidence in ten-thousandths, -1 for none; counts only when there is no technique.</param>
    /// <param name="degraded">A provider could not be asked.</param>
    /// <param name="catalogue">Release that names the techniques.</param>
    public static Core.Attribution.Attribution Make(ReadOnlySpan<Finding> findings, int confidence, bool degraded, AttackCatalogue catalogue)
    {
        var evidence = new List<Evidence>();
        var actors = new List<ThreatActor>();
        foreach (var finding in findings)
        {
            foreach (var item in finding.Evidence)
            {
                if (!evidence.Exists(other => IsSame(other, item)))
                {
                    evidence.Add(item);
                }
            }

            AddActors(actors, finding.Actors);
        }

        var techniques = Score(evidence, catalogue);
        var overall = techniques.Count > 0
            ? techniques.Select(technique => technique.Confidence).OrderDescending().Take(Leading).Average()
            : Math.Max(confidence, 0) / 10_000.0;
        return new Core.Attribution.Attribution(techniques, evidence, actors, Math.Round(overall, Decimals, MidpointRounding.AwayFromZero), degraded);
    }

    // Two indicators of an event can have the same value and the same answer.
    private static bool IsSame(Evidence one, Evidence other) =>
        one.Techniques.SequenceEqual(other.Techniques) && one == other with { Techniques = one.Techniques };

    private static List<TechniqueScore> Score(List<Evidence> evidence, AttackCatalogue catalogue)
    {
        var highest = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var item in evidence)
        {
            foreach (var id in item.Techniques)
            {
                var confidence = item.Confidence ?? 0;
                highest[id] = highest.TryGetValue(id, out var other) ? Math.Max(other, confidence) : confidence;
            }
        }

        var scores = new List<TechniqueScore>(highest.Count);
        foreach (var (id, confidence) in highest)
        {
            var technique = catalogue.Find(id) ?? throw new InvalidOperationException($"evidence names {id}, which is not live in ATT&CK {catalogue.Version}");
            scores.Add(new TechniqueScore(id, technique.Name, technique.TacticIds, confidence));
        }

        return scores;
    }

    private static void AddActors(List<ThreatActor> actors, IReadOnlyList<ThreatActor> found)
    {
        foreach (var actor in found)
        {
            var known = actors.FindIndex(other => actor.Id is null ? other.Id is null && other.Name == actor.Name : other.Id == actor.Id);
            if (known < 0)
            {
                actors.Add(actor);
            }
            else if ((actor.Confidence ?? 0) > (actors[known].Confidence ?? 0))
            {
                actors[known] = actor;
            }
        }
    }
}
