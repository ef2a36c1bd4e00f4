using System.Net;
using System.Text;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Core.Attribution;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Enrichment.Attribution.Tally;
using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>What was seen of ATT&amp;CK.</summary>
public sealed class AttackTests
{
    private const string Event = """{"event_type":"threat","timestamp":"2026-03-01T00:00:00Z","severity":"high","technique_ids":["T1059.001"],"source_service":"traffic_monitor"}""";
    private static readonly string Viewer = ApiRig.Token(Roles.Viewer);

    [Fact]
    public async Task The_layer_has_the_events_and_the_evidence_of_each_technique()
    {
        await using var rig = await ApiRig.StartAsync();
        See(rig, 3, "T1059.001");

        var layer = (await rig.GetAsync("/api/attack/layer", Viewer)).Json;

        Assert.Equal(("4.5", "19", "enterprise-attack"), ((string?)layer["versions"]!["layer"], (string?)layer["versions"]!["attack"], (string?)layer["domain"]));
        var technique = Assert.Single(layer["techniques"]!.AsArray())!;
        Assert.Equal(("T1059.001", 3), ((string?)technique["techniqueID"], (int)technique["score"]!));
        Assert.Matches("^last seen .*\nsigma: a rule \\(CommandLine = powershell\\)$", (string?)technique["comment"]);
    }

    [Fact]
    public async Task The_layer_can_be_of_what_was_seen_since_a_time()
    {
        await using var rig = await ApiRig.StartAsync();
        See(rig, 1, "T1059.001");

        Assert.Single((await rig.GetAsync("/api/attack/layer?since=2026-01-01T00:00:00Z", Viewer)).Json["techniques"]!.AsArray());
        Assert.Empty((await rig.GetAsync("/api/attack/layer?since=2226-01-01T00:00:00Z", Viewer)).Json["techniques"]!.AsArray());
        Assert.Equal(HttpStatusCode.BadRequest, (await rig.GetAsync("/api/attack/layer?since=x", Viewer)).Status);
    }

    [Fact]
    public async Task The_matrix_has_the_tactics_of_the_release_in_their_order()
    {
        await using var rig = await ApiRig.StartAsync();

        var matrix = (await rig.GetAsync("/api/attack/matrix", Viewer)).Json;

        Assert.Equal(
            [
                "Reconnaissance", "Resource Development", "Initial Access", "Execution", "Persistence", "Privilege Escalation", "Stealth", "Defense Impairment", "Credential Access", "Discovery",
                "Lateral Movement", "Collection", "Command and Control", "Exfiltration", "Impact",
            ],
            matrix["tactics"]!.AsArray().Select(static tactic => (string?)tactic!["name"]));
        Assert.Contains(matrix["techniques"]!.AsArray(), static one => (string?)one!["id"] == "T1059.001" && (string?)one["parent"] == "T1059");
    }

    [Fact]
    public async Task A_technique_comes_with_its_parts_its_evidence_and_its_latest_events()
    {
        await using var rig = await ApiRig.StartAsync();
        See(rig, 2, "T1059.001");

        var technique = (await rig.GetAsync("/api/attack/techniques/T1059", Viewer)).Json;
        var part = (await rig.GetAsync("/api/attack/techniques/T1059.001", Viewer)).Json;
        var unseen = (await rig.GetAsync("/api/attack/techniques/T1046", Viewer)).Json;

        Assert.Equal((2, "Command and Scripting Interpreter"), ((int)technique["events"]!, (string?)technique["name"]));
        Assert.Equal("Command and Scripting Interpreter: PowerShell", (string?)part["name"]);
        Assert.Equal("a rule", (string?)technique["evidence"]![0]!["rule"]!["name"]);
        Assert.Equal("T1059.001", (string?)technique["latest_events"]![0]!["technique_ids"]![0]);
        Assert.Equal((0, 0), ((int)unseen["events"]!, unseen["latest_events"]!.AsArray().Count));
        Assert.Equal("ATT&CK 19 has no such technique", (await rig.GetAsync("/api/attack/techniques/T9999", Viewer)).ProblemOf(HttpStatusCode.NotFound));
    }

    private static void See(ApiRig rig, int events, string id)
    {
        var (backend, value) = (rig.Parts.Backend, Encoding.UTF8.GetBytes(Event));
        var batch = new EventBatch(events * 1024, events, MemoryLease.Unlimited);
        var lease = new PartitionLease("services", "traffic_monitor", 0, [0]);
        var seen = new SeenAttributions();
        var found = new RenderedAttribution(
            new Attribution(
                [new TechniqueScore(id, "name", backend.Catalogue.Find(id)!.TacticIds, 0.75)],
                [new Evidence("sigma", [id], 0.75, new EvidenceRule("1", "a rule"), "CommandLine", "powershell")],
                [],
                0.75,
                false),
            backend.Catalogue);
        for (var i = 0; i < events; i++)
        {
            Assert.True(batch.TryAppend(lease, i, 1, value, false, default, true, default));
            seen.Note(found, i);
        }

        backend.Techniques.Add(seen, batch);
        batch.Release();
    }
}
