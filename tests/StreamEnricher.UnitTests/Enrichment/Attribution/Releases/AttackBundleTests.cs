using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Releases;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Releases;

public sealed class AttackBundleTests : IDisposable
{
    private const string Bundle = """
        {"type":"bundle","id":"bundle--1","objects":[
          {"type":"x-mitre-collection","id":"x-mitre-collection--1","x_mitre_version":"18.1"},
          {"type":"x-mitre-matrix","id":"x-mitre-matrix--1","tactic_refs":["x-mitre-tactic--2","x-mitre-tactic--1"]},
          {"type":"x-mitre-tactic","id":"x-mitre-tactic--1","name":"Persistence","x_mitre_shortname":"persistence","external_references":[{"source_name":"mitre-attack","external_id":"TA0003"}]},
          {"type":"x-mitre-tactic","id":"x-mitre-tactic--2","name":"Execution","x_mitre_shortname":"execution","external_references":[{"source_name":"mitre-attack","external_id":"TA0002"}]},
          {"type":"attack-pattern","id":"attack-pattern--1","name":"Scheduled Task/Job","modified":"2025-01-02T03:04:05.678Z","kill_chain_phases":[{"phase_name":"persistence"},{"phase_name":"execution"}],
           "external_references":[{"source_name":"other","external_id":"X"},{"source_name":"mitre-attack","external_id":"T1053","url":"https://attack.mitre.org/techniques/T1053/"}]},
          {"type":"attack-pattern","id":"attack-pattern--2","name":"Scheduled Task","kill_chain_phases":[{"phase_name":"execution"}],"external_references":[{"source_name":"mitre-attack","external_id":"T1053.005"}]},
          {"type":"attack-pattern","id":"attack-pattern--3","name":"Old","revoked":true,"external_references":[{"source_name":"mitre-attack","external_id":"T1086"}]},
          {"type":"attack-pattern","id":"attack-pattern--4","name":"Gone","x_mitre_deprecated":true,"external_references":[{"source_name":"mitre-attack","external_id":"T1000"}]},
          {"type":"intrusion-set","id":"intrusion-set--1","name":"Bear","aliases":["Bear","Cozy"],"external_references":[{"source_name":"mitre-attack","external_id":"G0016"}]},
          {"type":"tool","id":"tool--1","name":"schtasks","x_mitre_aliases":["schtasks","at"],"external_references":[{"source_name":"mitre-attack","external_id":"S0111"}]},
          {"type":"relationship","id":"relationship--1","relationship_type":"revoked-by","source_ref":"attack-pattern--3","target_ref":"attack-pattern--2"},
          {"type":"relationship","id":"relationship--2","relationship_type":"uses","source_ref":"intrusion-set--1","target_ref":"attack-pattern--3"},
          {"type":"relationship","id":"relationship--3","relationship_type":"uses","source_ref":"tool--1","target_ref":"attack-pattern--2"},
          {"type":"relationship","id":"relationship--4","relationship_type":"uses","source_ref":"tool--1","target_ref":"attack-pattern--1","revoked":true},
          {"type":"course-of-action","id":"course-of-action--1"}]}
        """;

    private readonly AttributionTestData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void MITREs_bundle_is_a_release_with_tactics_redirects_groups_and_software()
    {
        var release = AttackBundle.Load(_data.Write("enterprise-attack.json", Bundle));
        var catalogue = release.Catalogue;

        Assert.Equal("18.1", catalogue.Version);
        Assert.Equal(["T1053", "T1053.005"], catalogue.Techniques.Select(technique => technique.Id).Order());
        Assert.Equal(["TA0002", "TA0003"], catalogue.Find("T1053")!.TacticIds);
        Assert.Equal(["Execution", "Persistence"], catalogue.Tactics.Select(tactic => tactic.Name));
        Assert.Equal(
            new Technique("T1053", "Scheduled Task/Job", null, catalogue.Find("T1053")!.TacticIds, "https://attack.mitre.org/techniques/T1053", "attack-pattern--1", "2025-01-02T03:04:05.678Z"),
            catalogue.Find("T1053"));
        Assert.Equal(("T1053", "https://attack.mitre.org/techniques/T1053/005"), (catalogue.Find("T1053.005")!.ParentId, catalogue.Find("T1053.005")!.Url));
        Assert.Equal("T1053.005", catalogue.Resolve("T1086"u8));
        Assert.Null(catalogue.Resolve("T1000"u8));
        Assert.Equal(["G0016"], release.Hints.GroupsOf("T1053.005").Select(group => group.Id));
        Assert.Equal(["Cozy"], release.Hints.Groups[0].Aliases);
        Assert.Equal(["T1053.005"], release.Hints.TechniquesOf(release.Hints.Software[0]));
        Assert.Empty(release.Hints.SoftwareOf("T1053"));
    }

    [Fact]
    public void A_pipeline_names_it_by_its_path() =>
        Assert.Equal("18.1", AttributionTestData.Shipped.LoadCatalogue(_data.Write("enterprise-attack.json", Bundle)).Version);

    [Theory]
    [InlineData("nope", "cannot be read as a STIX bundle")]
    [InlineData("[]", "is no STIX bundle")]
    [InlineData("""{"type":"bundle","objects":{}}""", "is no STIX bundle")]
    [InlineData("""{"type":"bundle","objects":[{"type":"tool","id":"tool--1"}]}""", "holds no technique")]
    public void What_is_no_such_bundle_is_named(string text, string message)
    {
        var path = _data.Write("x.json", text);

        Assert.Contains($"{path}: ", Assert.Throws<DataFileException>(() => AttackBundle.Load(path)).Message, StringComparison.Ordinal);
        Assert.Contains(message, Assert.Throws<DataFileException>(() => AttackBundle.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() => Assert.Throws<DataFileException>(() => AttackBundle.Load(_data.PathOf("none.json")));

    [Theory]
    [InlineData("19", "T1059.001", "APT29")]
    [InlineData("18.1", "T1059.001", "APT29")]
    public void Shipped_releases_know_who_used_what(string release, string technique, string group)
    {
        var hints = AttributionTestData.Shipped.LoadRelease(release).Hints;

        Assert.Contains(group, hints.GroupsOf(technique).Select(actor => actor.Name));
        Assert.NotEmpty(hints.SoftwareOf(technique));
    }
}
