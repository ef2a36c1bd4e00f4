using System.Text;
using System.Text.Json.Nodes;
using StreamEnricher.Enrichment.StixValidation;
using StreamEnricher.Enrichment.StixValidation.Schemas;
using StreamEnricher.Testing;
using StreamEnricher.Testing.Enrichment;

namespace StreamEnricher.UnitTests.Enrichment.StixValidation;

/// <summary>The validator with the shipped schemas, and an indicator that nothing is wrong with.</summary>
internal static class ValidatorRig
{
    public const string Identity = """
        {"type":"identity","spec_version":"2.1","id":"identity--bf0bb244-ede2-5ca2-b04a-ba44a3073092","created":"2026-03-01T00:00:00.000Z","modified":"2026-03-01T00:00:00.000Z","name":"p","identity_class":"system"}
        """;

    public const string Indicator = """
        {"type":"indicator","spec_version":"2.1","id":"indicator--47f3e0f9-dc71-5826-ac02-7df747adcd4b","created":"2026-03-01T00:00:00.000Z","modified":"2026-03-01T00:00:00.000Z",
        "created_by_ref":"identity--bf0bb244-ede2-5ca2-b04a-ba44a3073092","name":"198.51.100.3","indicator_types":["malicious-activity"],
        "pattern":"[ipv4-addr:value = '198.51.100.3']","pattern_type":"stix","pattern_version":"2.1","valid_from":"2026-03-01T00:00:00.000Z","confidence":85,"labels":["high"],
        "kill_chain_phases":[{"kill_chain_name":"mitre-attack","phase_name":"discovery"}],"object_marking_refs":["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"]}
        """;

    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    public static StixValidator Validator { get; } = new(new StixSchemas(Repository.PathOf("data", "stix", "schemas")), Shipped.Catalogue, Now);

    public static ValidationResult Validate(string text, bool selfContained = true) => Validator.Validate(Encoding.UTF8.GetBytes(text), selfContained);

    /// <summary>What is wrong with an object: <c>level path: problem</c>.</summary>
    public static IReadOnlyList<string> Of(string json) => [.. Validate(Identity + json).Findings.Select(static one => $"{one.Level} {one.Path}: {one.Problem}")];

    /// <summary>The indicator with changed members; null takes one out.</summary>
    public static string Changed(params (string Name, JsonNode? Value)[] members)
    {
        var indicator = JsonNode.Parse(Indicator)!.AsObject();
        foreach (var (name, value) in members)
        {
            if (value is null)
            {
                indicator.Remove(name);
            }
            else
            {
                indicator[name] = value;
            }
        }

        return indicator.ToJsonString();
    }
}
