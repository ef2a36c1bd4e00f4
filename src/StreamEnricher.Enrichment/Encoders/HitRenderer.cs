using StreamEnricher.Core.Attribution;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>The ECS field set <c>rule</c> of an event that Sigma rules hit: one rule, since the set describes one; all of them are in the evidence.</summary>
internal static class HitRenderer
{
    private const string Ruleset = "sigma";

    /// <summary>Members without the braces around them; of several hits the one with the highest level, of equals the first. Empty without a hit.</summary>
    public static byte[] Render(IReadOnlyList<Evidence> evidence)
    {
        if (RuleOf(evidence) is not { } rule)
        {
            return [];
        }

        var json = RenderedAttribution.Json(writer =>
        {
            writer.WriteStartObject();
            RenderedAttribution.Text(writer, "id", rule.Id);
            RenderedAttribution.Text(writer, "name", rule.Name);
            if (!string.IsNullOrWhiteSpace(rule.Author))
            {
                // As the rule has it: names are separated in many ways, and the licence wants them whole.
                writer.WritePropertyName("author");
                RenderedAttribution.Ids(writer, [rule.Author]);
            }

            RenderedAttribution.Text(writer, "license", rule.License);
            writer.WriteString("ruleset", Ruleset);
            writer.WriteEndObject();
        });
        return json[1..^1];
    }

    /// <summary>The rule that the members describe, or null.</summary>
    public static EvidenceRule? RuleOf(IReadOnlyList<Evidence> evidence)
    {
        EvidenceRule? rule = null;
        foreach (var one in evidence)
        {
            if (one is { Provider: "sigma", Rule: { } hit } && (hit.Id ?? hit.Name) is not null && (rule is null || LevelOf(hit) > LevelOf(rule)))
            {
                rule = hit;
            }
        }

        return rule;
    }

    private static SigmaLevel LevelOf(EvidenceRule rule) => rule.Level is { } word && SigmaLevels.Find(word) is { } level ? level : SigmaLevel.Informational;
}
