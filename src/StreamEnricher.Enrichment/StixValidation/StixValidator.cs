using System.Text.Json;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.StixValidation.Json;
using StreamEnricher.Enrichment.StixValidation.Rules;
using StreamEnricher.Enrichment.StixValidation.Schemas;

namespace StreamEnricher.Enrichment.StixValidation;

/// <summary>What came of a validation.</summary>
/// <param name="Objects">How many objects were looked at.</param>
/// <param name="Findings">What is wrong, in the order of the file.</param>
internal sealed record ValidationResult(int Objects, IReadOnlyList<StixFinding> Findings);

/// <summary>Checks STIX 2.1 objects: the JSON schemas of OASIS, the grammar of patterns, and what both do not see.</summary>
internal sealed class StixValidator
{
    private static readonly string[] Envelopes = ["more", "next", "objects"];
    private readonly StixSchemas _schemas;
    private readonly PatternRules _patterns;
    private readonly AttackRules _attack;
    private readonly ObjectRules _rules;

    /// <param name="schemas">The schemas.</param>
    /// <param name="catalogue">The ATT&amp;CK release that techniques and tactics are looked up in.</param>
    /// <param name="now">Moment that dates are compared with.</param>
    public StixValidator(StixSchemas schemas, AttackCatalogue catalogue, DateTimeOffset now)
    {
        _schemas = schemas;
        _patterns = new PatternRules(schemas);
        _attack = new AttackRules(catalogue);
        _rules = new ObjectRules(now);
    }

    /// <summary>Checks a file: a bundle, a TAXII envelope, a list, an object, or several of these one after the other (NDJSON).</summary>
    /// <param name="utf8">Its content.</param>
    /// <param name="selfContained">What objects refer to must be in the file.</param>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public ValidationResult Validate(ReadOnlySpan<byte> utf8, bool selfContained)
    {
        var findings = new List<StixFinding>();
        var objects = new List<LocatedValue>();
        foreach (var value in LocatedReader.Read(utf8))
        {
            Unwrap(value, objects, findings);
        }

        foreach (var stix in objects)
        {
            Check(stix, findings);
        }

        CheckTogether(objects, selfContained, findings);
        return new ValidationResult(objects.Count, [.. findings.DistinctBy(static one => (one.Line, one.Object, one.Path, one.Problem)).OrderBy(static one => one.Line)]);
    }

    private static void Unwrap(LocatedValue value, List<LocatedValue> objects, List<StixFinding> findings)
    {
        void Add(string path, string problem) => findings.Add(new StixFinding(FindingLevel.Error, value.Line, value.TextOf("id") ?? "", path, problem));
        switch (value)
        {
            case { Kind: JsonValueKind.Array }:
                objects.AddRange(value.Items);
                break;
            case { Kind: JsonValueKind.Object } when value.TextOf("type") == "bundle":
                if (value.TextOf("id")?.StartsWith("bundle--", StringComparison.Ordinal) != true)
                {
                    Add("id", "of a bundle must begin with bundle--");
                }

                if (value["spec_version"] is not null)
                {
                    Add("spec_version", "bundles of STIX 2.1 have none");
                }

                if (value["objects"] is not { Kind: JsonValueKind.Array, Items.Count: > 0 })
                {
                    Add("objects", "is missing or empty: leave it out with the bundle");
                }

                objects.AddRange(value["objects"]?.Items ?? []);
                break;
            case { Kind: JsonValueKind.Object } when value["type"] is null && value.Members.All(static member => Envelopes.Contains(member.Name)):
                objects.AddRange(value["objects"]?.Items ?? []);
                break;
            default:
                objects.Add(value);
                break;
        }
    }

    private void Check(LocatedValue stix, List<StixFinding> findings)
    {
        var id = stix.TextOf("id") ?? "";
        void Add(FindingLevel level, LocatedValue at, string path, string problem) => findings.Add(new StixFinding(level, at.Line, id, path, problem));
        if (stix.Kind != JsonValueKind.Object || stix.TextOf("type") is not { } type)
        {
            Add(FindingLevel.Error, stix, "", "is no STIX object: it has no type");
            return;
        }

        var problems = new List<SchemaProblem>();
        (_schemas.Find(type) ?? _schemas.Custom).Check(stix, "", problems);
        findings.AddRange(problems.Select(problem => new StixFinding(FindingLevel.Error, problem.Line, id, problem.Path, problem.Text)));
        if (_schemas.Find(type) is null && !(stix["extensions"]?.Members.Any(static one => one.Value.TextOf("extension_type")?.StartsWith("new-", StringComparison.Ordinal) == true) ?? false))
        {
            Add(FindingLevel.Warning, stix, "type", $"STIX 2.1 has no type {type}, and no extension defines it");
        }

        if (id.Length > 0 && !id.StartsWith(type + "--", StringComparison.Ordinal))
        {
            Add(FindingLevel.Error, stix["id"]!, "id", $"must begin with {type}--");
        }

        if (stix["spec_version"] is { Text: not "2.1" } version)
        {
            Add(FindingLevel.Error, version, "spec_version", $"is {version.Text}, not 2.1");
        }

        _rules.Check(stix, Add);
        _attack.Check(stix, Add);
        if (type == "indicator")
        {
            _patterns.Check(stix, Add);
        }
    }

    private static void CheckTogether(List<LocatedValue> objects, bool selfContained, List<StixFinding> findings)
    {
        var created = new Dictionary<string, (string Text, LocatedValue At)>(StringComparer.Ordinal);
        var versions = new Dictionary<(string, string), LocatedValue>();
        foreach (var stix in objects)
        {
            if (stix.TextOf("id") is not { } id)
            {
                continue;
            }

            var made = stix.TextOf("created") ?? "";
            if (!created.TryAdd(id, (made, stix)) && created[id].Text != made)
            {
                findings.Add(new StixFinding(FindingLevel.Error, stix.Line, id, "created", $"is {made}, and {created[id].Text} in line {created[id].At.Line}: it must not change between versions"));
            }

            if (!versions.TryAdd((id, stix.TextOf("modified") ?? ""), stix) && !versions[(id, stix.TextOf("modified") ?? "")].SameAs(stix))
            {
                findings.Add(new StixFinding(FindingLevel.Error, stix.Line, id, "modified", "another object with this id and version has another content"));
            }
        }

        if (!selfContained)
        {
            return;
        }

        foreach (var stix in objects)
        {
            foreach (var (path, reference) in References(stix, ""))
            {
                if (!created.ContainsKey(reference.Text) && !ObjectRules.IsWellKnown(reference.Text))
                {
                    findings.Add(new StixFinding(FindingLevel.Error, reference.Line, stix.TextOf("id") ?? "", path, $"{reference.Text} is not in the file"));
                }
            }
        }
    }

    private static IEnumerable<(string Path, LocatedValue Reference)> References(LocatedValue value, string path)
    {
        foreach (var member in value.Members)
        {
            var inner = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (member.Name.EndsWith("_ref", StringComparison.Ordinal) || member.Name.EndsWith("_refs", StringComparison.Ordinal))
            {
                foreach (var reference in value.TextsOf(member.Name))
                {
                    yield return (inner, reference);
                }
            }
            else
            {
                foreach (var found in References(member.Value, inner).Concat(member.Value.Items.SelectMany(item => References(item, inner))))
                {
                    yield return found;
                }
            }
        }
    }
}
