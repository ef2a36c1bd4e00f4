using System.Text.Json;
using System.Text.Json.Nodes;

namespace StreamEnricher.UnitTests.Enrichment.StixValidation;

public sealed class StixValidatorTests
{
    private static JsonNode J(string json) => JsonNode.Parse(json)!;

    public static TheoryData<string, string, string> Schema => new()
    {
        { "confidence", "0.85", "Error confidence: must be integer, and is 0.85" },
        { "confidence", "101", "Error confidence: 101 is not from 0 to 100" },
        { "severity", "\"high\"", "Error : must not have severity" },
        { "labels", "[]", "Error labels: is an empty list" },
        { "labels", "[1]", "Error labels[0]: must be string, and is 1" },
        { "created", "\"2026-03-01T00:00:00Z\"", "Error created: '2026-03-01T00:00:00Z' does not match" },
        { "created", "\"2026-03-01T00:00:00.000+00:00\"", "Error created: '2026-03-01T00:00:00.000+00:00' does not match" },
        { "id", "\"indicator--12345\"", "Error id: 'indicator--12345' does not match" },
        { "id", "\"indicator--019aa000-0000-7000-8000-000000000000\"", "Error id: 'indicator--019aa000-0000-7000-8000-000000000000' does not match" },
        { "kill_chain_phases", "[{\"kill_chain_name\":\"x\"}]", "Error kill_chain_phases[0]: lacks phase_name" },
        { "external_references", "[{\"source_name\":\"x\"}]", "Error external_references[0]: lacks" },
        { "revoked", "\"no\"", "Error revoked: must be boolean, and is 'no'" },
        { "extensions", "{\"own\":{\"a\":1}}", "Error extensions.own: is no name that a property may have here" },
        { "X", "1", "Error X: is no name that a property may have here" },
    };

    public static TheoryData<string, string, string> Unseen => new()
    {
        { "confidence", "85.0", "Error confidence: is written 85.0: an integer has neither a fraction nor an exponent" },
        { "pattern", "\"[ipv4-addr:value = '999.1.1.1']\"", "Error pattern: character 2: '999.1.1.1' is no ipv4-addr" },
        { "pattern", "\"[ipv4-addr:value = '10.0.0.1']\"", "Warning pattern: character 2: '10.0.0.1' is private or reserved: it means something else in every network" },
        { "pattern", "\"[domain-name:value = 'printer.local']\"", "Warning pattern: character 2: 'printer.local' is private" },
        { "pattern", "\"[ip-addr:value = '198.51.100.3']\"", "Error pattern: character 2: STIX has no observable ip-addr (ipv4-addr, ipv6-addr)" },
        { "pattern", "\"[process:name = 'a.exe']\"", "Error pattern: character 2: process has no property name in STIX 2.1" },
        { "pattern", "\"[file:hashes.SHA256 = 'aa']\"", "Error pattern: character 2: SHA256 is no name of a hash" },
        { "pattern", "\"[file:hashes.MD5 = 'abc']\"", "Error pattern: character 2: 'abc' is no MD5" },
        { "pattern", "\"[ipv4-addr:value == '198.51.100.3']\"", "Warning pattern: character 2: == is another way to write =" },
        { "pattern", "\"source.ip = '198.51.100.3'\"", "Error pattern: is no STIX pattern: character 1" },
        { "pattern_type", "\"sigma\"", "Error pattern: is a STIX pattern, and pattern_type says sigma" },
        { "pattern_version", "null", "Warning pattern_version: is missing" },
        { "pattern_version", "\"2.0\"", "Error pattern_version: is 2.0, and the pattern is one of STIX 2.1" },
        { "kill_chain_phases", "[{\"kill_chain_name\":\"mitre-attack\",\"phase_name\":\"hacking\"}]", "Error kill_chain_phases[0].phase_name: hacking is no tactic of ATT&CK 19" },
        { "external_references", "[{\"source_name\":\"mitre-attack\",\"external_id\":\"T9999\"}]", "Warning external_references[0].external_id: ATT&CK 19 has no technique T9999" },
        { "object_marking_refs", "[\"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82\",\"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421\"]", "Error object_marking_refs: an object has one TLP marking" },
        { "object_marking_refs", "[\"marking-definition--00000000-0000-4000-8000-000000000001\"]", "Error object_marking_refs: marking-definition--00000000-0000-4000-8000-000000000001 is not in the file" },
        { "created_by_ref", "\"identity--00000000-0000-4000-8000-000000000001\"", "Error created_by_ref: identity--00000000-0000-4000-8000-000000000001 is not in the file" },
        { "id", "\"indicator--47F3E0F9-DC71-5826-AC02-7DF747ADCD4B\"", "Error id: has upper-case letters" },
        { "name", "\"\"", "Warning name: is empty: leave it out" },
        { "name", "\"a\\u0000b\"", "Error name: has a NUL character" },
        { "valid_from", "\"2099-01-01T00:00:00.000Z\"", "Error valid_from: 2099-01-01T00:00:00.000Z is more than a year ahead" },
        { "valid_until", "\"2026-03-01T00:00:00.000Z\"", "Error valid_until: is not after valid_from" },
        { "modified", "\"2026-03-01T00:00:00.1234567Z\"", "Warning modified: 2026-03-01T00:00:00.1234567Z has more than six digits of a second" },
        { "modified", "\"2026-02-01T00:00:00.000Z\"", "Error modified: is before created" },
        { "spec_version", "\"2.0\"", "Error spec_version: is 2.0, not 2.1" },
    };

    [Theory]
    [MemberData(nameof(Schema))]
    public void What_the_schemas_refuse_is_said_with_its_path(string name, string value, string expected) =>
        Assert.Contains(ValidatorRig.Of(ValidatorRig.Changed((name, J(value)))), one => one.StartsWith(expected, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Unseen))]
    public void What_is_wrong_with_an_indicator_is_said_with_its_path(string name, string value, string expected) =>
        Assert.StartsWith(expected, Assert.Single(ValidatorRig.Of(ValidatorRig.Changed((name, value == "null" ? null : J(value))))), StringComparison.Ordinal);

    [Theory]
    [InlineData("pattern")]
    [InlineData("pattern_type")]
    [InlineData("valid_from")]
    [InlineData("modified")]
    public void What_is_missing_is_named(string name) => Assert.Equal($"Error : lacks {name}", ValidatorRig.Of(ValidatorRig.Changed((name, null)))[0]);

    [Theory]
    [InlineData("""{"type":"sighting","spec_version":"2.1","id":"sighting--00000000-0000-4000-8000-000000000001","created":"2026-03-01T00:00:00.000Z","modified":"2026-03-01T00:00:00.000Z","count":0,"sighting_of_ref":"identity--bf0bb244-ede2-5ca2-b04a-ba44a3073092"}""", "Warning count: is 0")]
    [InlineData("""{"type":"attack-pattern","spec_version":"2.1","id":"attack-pattern--00000000-0000-4000-8000-000000000001","created":"2026-03-01T00:00:00.000Z","modified":"2026-03-01T00:00:00.000Z","name":"x","external_references":[{"source_name":"mitre-attack","external_id":"T1046"}]}""", "Error external_references[0].external_id: T1046 has MITRE's own object id: attack-pattern--")]
    [InlineData("""{"type":"attack-pattern","spec_version":"2.1","id":"attack-pattern--ad255bfe-a9e6-4b52-a258-8d3462abe842","created":"2026-03-01T00:00:00.000Z","modified":"2026-03-01T00:00:00.000Z","name":"x","external_references":[{"source_name":"mitre-attack","external_id":"T1046"}]}""", "Error external_references[0].external_id: T1046 is another technique than that of the object's id (T1001)")]
    [InlineData("""{"type":"marking-definition","spec_version":"2.1","id":"marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421","created":"2022-10-01T00:00:00.000Z","name":"TLP:AMBER","extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{"extension_type":"property-extension","tlp_2_0":"orange"}}}""", "Error extensions.extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d.tlp_2_0: orange is no level of TLP 2.0")]
    [InlineData("""{"type":"alert","spec_version":"2.1","id":"alert--00000000-0000-4000-8000-000000000001","created":"2026-03-01T00:00:00.000Z","modified":"2026-03-01T00:00:00.000Z"}""", "Warning type: STIX 2.1 has no type alert")]
    [InlineData("""{"name":"x"}""", "Error : is no STIX object: it has no type")]
    [InlineData("7", "Error : is no STIX object: it has no type")]
    public void What_is_wrong_with_other_objects_is_said(string json, string expected) => Assert.Contains(ValidatorRig.Of(json), one => one.StartsWith(expected, StringComparison.Ordinal));

    [Fact]
    public void A_sighting_of_a_technique_is_not_what_was_meant() => Assert.Contains(
        ValidatorRig.Of("""{"type":"sighting","spec_version":"2.1","id":"sighting--00000000-0000-4000-8000-000000000001","created":"2026-03-01T00:00:00.000Z","modified":"2026-03-01T00:00:00.000Z","sighting_of_ref":"attack-pattern--ad255bfe-a9e6-4b52-a258-8d3462abe842"}"""),
        static one => one.StartsWith("Warning sighting_of_ref", StringComparison.Ordinal));

    [Fact]
    public void A_good_object_has_no_findings_in_any_wrapping()
    {
        Assert.Equal(2, ValidatorRig.Validate($"{ValidatorRig.Identity}\n{ValidatorRig.Indicator}").Objects);
        foreach (var text in new[]
        {
            $"{ValidatorRig.Identity}\n{ValidatorRig.Indicator}",
            $"[{ValidatorRig.Identity},{ValidatorRig.Indicator}]",
            $$"""{"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","objects":[{{ValidatorRig.Identity}},{{ValidatorRig.Indicator}}]}""",
            $$"""{"more":false,"objects":[{{ValidatorRig.Identity}},{{ValidatorRig.Indicator}}]}""",
        })
        {
            Assert.Empty(ValidatorRig.Validate(text).Findings);
        }
    }

    [Theory]
    [InlineData("""{"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","objects":[]}""", "objects")]
    [InlineData("""{"type":"bundle","id":"x","objects":[#]}""", "id")]
    [InlineData("""{"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","spec_version":"2.0","objects":[#]}""", "spec_version")]
    public void Bundles_are_checked_too(string bundle, string path) =>
        Assert.Equal(path, Assert.Single(ValidatorRig.Validate(bundle.Replace("#", ValidatorRig.Identity, StringComparison.Ordinal)).Findings).Path);

    [Fact]
    public void Lines_are_those_of_the_file()
    {
        var result = ValidatorRig.Validate($$"""
            {"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","objects":[
            {{ValidatorRig.Identity.Trim()}},
            {{ValidatorRig.Changed(("confidence", 7.5))}},
            {
              "type": "identity",
              "id": "identity--1"
            }]}
            """);
        Assert.Equal([3, 4, 4, 4, 4, 6], result.Findings.Select(static one => one.Line));
    }

    [Fact]
    public void Objects_that_contradict_each_other_are_found()
    {
        var other = ValidatorRig.Changed(("created", "2026-02-01T00:00:00.000Z"), ("modified", "2026-04-01T00:00:00.000Z"));
        var finding = Assert.Single(ValidatorRig.Validate(ValidatorRig.Identity + ValidatorRig.Indicator + other).Findings);
        Assert.Equal(("created", "is 2026-02-01T00:00:00.000Z, and 2026-03-01T00:00:00.000Z in line 1: it must not change between versions"), (finding.Path, finding.Problem));

        var same = ValidatorRig.Changed(("name", "another"));
        Assert.Equal("modified", Assert.Single(ValidatorRig.Validate(ValidatorRig.Identity + ValidatorRig.Indicator + same).Findings).Path);
        Assert.Empty(ValidatorRig.Validate(ValidatorRig.Identity + ValidatorRig.Indicator + ValidatorRig.Indicator).Findings);
    }

    [Fact]
    public void Missing_ends_may_be_allowed() => Assert.Empty(ValidatorRig.Validate(ValidatorRig.Indicator, selfContained: false).Findings);

    [Fact]
    public void A_name_that_is_there_twice_is_found() =>
        Assert.Contains("Error name: is there twice", ValidatorRig.Of(ValidatorRig.Indicator.Replace("\"name\":", "\"name\":\"x\",\"name\":", StringComparison.Ordinal)));

    [Fact]
    public void Half_a_surrogate_pair_is_found() =>
        Assert.Contains(ValidatorRig.Of(ValidatorRig.Indicator.Replace("\"high\"", "\"\\ud83d\"", StringComparison.Ordinal)), static one => one.StartsWith("Error labels[0]: has half of a surrogate pair", StringComparison.Ordinal));

    [Theory]
    [InlineData("{")]
    [InlineData("<html>")]
    [InlineData("{\"a\":1}}")]
    public void What_is_no_json_is_told_apart(string text) => Assert.ThrowsAny<JsonException>(() => ValidatorRig.Validate(text));

    [Fact]
    public void A_type_that_backtracking_would_take_for_ever_with_is_refused()
    {
        var type = new string('a', 240) + "!";
        Assert.NotEmpty(ValidatorRig.Of($$"""{"type":"{{type}}","id":"{{type}}--x"}"""));
    }

    [Fact]
    public async Task Everything_that_the_encoder_makes_of_the_sample_events_is_valid()
    {
        var objects = await EncodedSamples.ObjectsAsync();
        Assert.True(objects.Count > 20);
        Assert.Empty(ValidatorRig.Validate(string.Join('\n', objects)).Findings.Select(static one => $"{one.Object} {one.Path}: {one.Problem}").Distinct());
    }
}
