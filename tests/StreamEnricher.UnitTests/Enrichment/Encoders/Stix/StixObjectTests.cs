using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Encoders.Stix;

namespace StreamEnricher.UnitTests.Enrichment.Encoders.Stix;

/// <summary>The objects byte for byte: consumers keep what was published, so no byte may change without a reason.</summary>
public sealed class StixObjectTests
{
    private static readonly StixEvent Attributed = new((IndicatorType.Ip, IndicatorRole.Source, "198.51.100.3"))
    {
        Techniques = [("T1046", 0.5), ("T1055.013", 0.285), ("T1059.001", 0.9)],
        Score = 0.575,
    };

    [Fact]
    public void An_event_gives_what_it_refers_to_then_indicator_relationships_and_sighting()
    {
        using var bench = new StixBench();
        var items = bench.Encode(Attributed);
        Assert.Equal(
            [
                "marking-definition", "identity", "identity", "marking-definition", "attack-pattern", "attack-pattern", "attack-pattern",
                "indicator", "relationship", "relationship", "relationship", "sighting",
            ],
            items.Select(item => item.Type));
        Assert.Equal(Enumerable.Repeat(true, 7).Concat(Enumerable.Repeat(false, 5)), items.Select(item => item.Shared));
        Assert.All(items, item => Assert.Equal(item.Id, item.Key));
    }

    [Fact]
    public void Indicator() => Equal(
        7,
        """
        {"type":"indicator","spec_version":"2.1","id":"indicator--ID","created":"2026-11-24T02:59:59.120Z","modified":"2026-11-24T02:59:59.120Z",
        "created_by_ref":"identity--PRODUCER","name":"198.51.100.3",
        "description":"IP address on the attacker's side of a detection of high severity, attributed to Network Service Discovery (T1046), Process Doppelgänging (T1055.013), PowerShell (T1059.001).",
        "indicator_types":["malicious-activity"],"pattern":"[ipv4-addr:value = '198.51.100.3']","pattern_type":"stix","pattern_version":"2.1",
        "valid_from":"2026-11-24T02:59:59.120Z","valid_until":"2026-12-24T02:59:59.120Z","confidence":58,
        "labels":["high","mitre_attack:T1046","mitre_attack:T1055.013","mitre_attack:T1059.001"],
        "kill_chain_phases":[{"kill_chain_name":"mitre-attack","phase_name":"execution"},{"kill_chain_name":"mitre-attack","phase_name":"privilege-escalation"},
        {"kill_chain_name":"mitre-attack","phase_name":"discovery"}],
        "external_references":[{"source_name":"mitre-attack","external_id":"T1046","url":"https://attack.mitre.org/techniques/T1046"},
        {"source_name":"mitre-attack","external_id":"T1055.013","url":"https://attack.mitre.org/techniques/T1055/013"},
        {"source_name":"mitre-attack","external_id":"T1059.001","url":"https://attack.mitre.org/techniques/T1059/001"}],
        "object_marking_refs":["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"],
        "extensions":{"extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba":{"extension_type":"property-extension","score":58,"main_observable_type":"IPv4-Addr","detection":true}}}
        """);

    [Fact]
    public void Relationship() => Equal(
        10,
        """
        {"type":"relationship","spec_version":"2.1","id":"relationship--ID","created":"2026-11-24T02:59:59.120Z","modified":"2026-11-24T02:59:59.120Z",
        "created_by_ref":"identity--PRODUCER","relationship_type":"indicates","source_ref":"indicator--INDICATOR",
        "target_ref":"attack-pattern--970a3432-3237-47ad-bcca-7d8cbb217736","confidence":90,
        "object_marking_refs":["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"]}
        """);

    [Fact]
    public void Sighting() => Equal(
        11,
        """
        {"type":"sighting","spec_version":"2.1","id":"sighting--ID","created":"2026-11-24T02:59:59.120Z","modified":"2026-11-24T02:59:59.120Z",
        "created_by_ref":"identity--PRODUCER","first_seen":"2026-11-24T02:59:59.120Z","last_seen":"2026-11-24T02:59:59.120Z","count":1,
        "sighting_of_ref":"indicator--INDICATOR","where_sighted_refs":["identity--PRODUCER"],"confidence":58,
        "object_marking_refs":["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"]}
        """);

    [Fact]
    public void Producer() => Equal(
        1,
        """
        {"type":"identity","spec_version":"2.1","id":"identity--PRODUCER","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z",
        "created_by_ref":"identity--PRODUCER","name":"ACME \"SOC\"","identity_class":"system"}
        """);

    [Fact]
    public void Marking_is_the_one_built_into_STIX() => Equal(
        0,
        """
        {"type":"marking-definition","spec_version":"2.1","id":"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82","created":"2017-01-20T00:00:00.000Z",
        "definition_type":"tlp","name":"TLP:AMBER","definition":{"tlp":"amber"}}
        """);

    [Fact]
    public void Attack_pattern_is_MITREs_where_its_id_is_known() => Equal(
        6,
        """
        {"type":"attack-pattern","spec_version":"2.1","id":"attack-pattern--970a3432-3237-47ad-bcca-7d8cbb217736","created":"2017-05-31T00:00:00.000Z",
        "modified":"2025-10-24T17:48:57.520Z","created_by_ref":"identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5","name":"PowerShell",
        "kill_chain_phases":[{"kill_chain_name":"mitre-attack","phase_name":"execution"}],
        "external_references":[{"source_name":"mitre-attack","external_id":"T1059.001","url":"https://attack.mitre.org/techniques/T1059/001"}],
        "object_marking_refs":["marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168"]}
        """);

    [Fact]
    public void Attack_pattern_without_MITREs_id_is_the_producers_own() => Equal(
        5,
        """
        {"type":"attack-pattern","spec_version":"2.1","id":"attack-pattern--ID","created":"2017-05-31T00:00:00.000Z",
        "modified":"2025-10-24T17:48:57.520Z","created_by_ref":"identity--PRODUCER","name":"Process Doppelgänging",
        "kill_chain_phases":[{"kill_chain_name":"mitre-attack","phase_name":"execution"},{"kill_chain_name":"mitre-attack","phase_name":"privilege-escalation"}],
        "external_references":[{"source_name":"mitre-attack","external_id":"T1055.013","url":"https://attack.mitre.org/techniques/T1055/013"}],
        "object_marking_refs":["marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168"]}
        """);

    [Fact]
    public void MITREs_identity_and_marking_refer_to_each_other()
    {
        using var bench = new StixBench();
        var items = bench.Encode(Attributed);
        Assert.Equal("identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5", items[2].Id);
        Assert.Equal("""["marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168"]""", items[2].Json["object_marking_refs"]!.ToJsonString());
        Assert.Equal("marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168", items[3].Id);
        Assert.Equal("identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5", items[3]["created_by_ref"]);
    }

    [Fact]
    public void Attack_pattern_of_unknown_version_has_one_fixed_time()
    {
        using var bench = new StixBench();
        var item = bench.Encode(Attributed with { Techniques = [("T1059", 0.4)] }).Single(item => item.Type == "attack-pattern");
        Assert.Equal("2017-05-31T00:00:00.000Z", item["created"]);
        Assert.Equal("2017-05-31T00:00:00.000Z", item["modified"]);
    }

    [Fact]
    public void Indicator_without_technique_has_neither_phases_nor_references()
    {
        using var bench = new StixBench();
        var items = bench.Encode(StixEvent.Of(IndicatorType.Ip, "198.51.100.3"));
        Assert.Equal(["marking-definition", "identity", "indicator", "sighting"], items.Select(item => item.Type));
        Assert.False(items[2].Json.ContainsKey("kill_chain_phases"));
        Assert.False(items[2].Json.ContainsKey("external_references"));
        Assert.Equal("""["high"]""", items[2].Json["labels"]!.ToJsonString());
        Assert.Equal("IP address on the attacker's side of a detection of high severity.", items[2]["description"]);
    }

    [Theory]
    [InlineData("clear", "613f2e26-407d-48c7-9eca-b8e91df99dc9", "TLP:WHITE")]
    [InlineData("green", "34098fce-860f-48ae-8e50-ebd3cc5e41da", "TLP:GREEN")]
    [InlineData("red", "5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "TLP:RED")]
    [InlineData("amber+strict", "939a9414-2ddd-4d32-a0cd-375ea402b003", "TLP:AMBER+STRICT")]
    public void Objects_carry_the_marking_of_the_options(string marking, string uuid, string name)
    {
        using var bench = new StixBench(new StixEncoderOptions { Marking = marking });
        var items = bench.Encode(Attributed);
        Assert.Equal("marking-definition--" + uuid, items[0].Id);
        Assert.Equal(name, items[0]["name"]);
        Assert.All(items.Where(item => !item.Shared), item => Assert.Equal($"""["marking-definition--{uuid}"]""", item.Json["object_marking_refs"]!.ToJsonString()));
    }

    [Fact]
    public void Unknown_marking_is_refused_with_the_known_ones()
    {
        var problem = Assert.Throws<ArgumentException>(() => new StixEncoder(new StixEncoderOptions { Marking = "pink" }, StixBench.Catalogue, keyed: true));
        Assert.StartsWith("no TLP level 'pink': clear, green, amber, amber+strict, red", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Objects_for_a_file_are_lines_without_keys()
    {
        using var lines = new StixBench(new StixEncoderOptions { ProducerName = "ACME \"SOC\"" }, keyed: false);
        using var keyed = new StixBench();
        var objects = lines.Encode(Attributed);
        Assert.All(objects, item => Assert.Equal("", item.Key));
        Assert.Equal(keyed.Encode(Attributed).Select(item => item.Text + "\n"), objects.Select(item => item.Text));
    }

    private static void Equal(int index, string golden)
    {
        using var bench = new StixBench();
        var items = bench.Encode(Attributed);
        var expected = golden.ReplaceLineEndings("")
            .Replace("--PRODUCER", items[1].Id["identity".Length..], StringComparison.Ordinal)
            .Replace("--INDICATOR", items[7].Id["indicator".Length..], StringComparison.Ordinal)
            .Replace("--ID", items[index].Id[items[index].Type.Length..], StringComparison.Ordinal);
        Assert.Equal(expected, items[index].Text);
    }
}
