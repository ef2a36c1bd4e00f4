using System.Text.Json.Nodes;

namespace StreamEnricher.UnitTests.Cli.Commands;

public sealed class AttackCommandTests
{
    [Fact]
    public async Task Info_shows_all_shipped_releases_the_newest_first()
    {
        var text = await CommandLine.RunAsync("attack", "info");
        var json = JsonNode.Parse((await CommandLine.RunAsync("attack", "info", "--output", "json")).Output)!["releases"]!.AsArray();

        Assert.Equal(0, text.Exit);
        Assert.Matches("19 +15 +", text.Output);
        Assert.Equal(["19", "18.1"], json.Select(release => release!["release"]!.GetValue<string>()));
        Assert.Equal(697, json[0]!["techniques"]!.GetValue<int>() + json[0]!["sub_techniques"]!.GetValue<int>());
    }

    [Fact]
    public async Task Lookup_follows_a_revoked_id_in_every_release()
    {
        var result = await CommandLine.RunAsync("attack", "lookup", "t1086");

        Assert.Equal((0, ""), (result.Exit, result.Error));
        Assert.Contains("ATT&CK 19", result.Output, StringComparison.Ordinal);
        Assert.Contains("ATT&CK 18.1", result.Output, StringComparison.Ordinal);
        Assert.Contains("T1059.001 PowerShell  (was T1086)", result.Output, StringComparison.Ordinal);
        Assert.Contains("Execution (TA0002)", result.Output, StringComparison.Ordinal);
        Assert.Contains("Command and Scripting Interpreter (T1059)", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PowerShell", "T1059.001")]
    [InlineData("scheduled task", "T1053.005")]
    [InlineData("TA0007", "T1046")]
    [InlineData("discovery", "T1046")]
    [InlineData("APT29", "T1059.001")]
    [InlineData("attack.t1059.001", "T1059.001")]
    public async Task Lookup_takes_names_tactics_groups_and_any_spelling_of_an_id(string word, string technique)
    {
        var result = await CommandLine.RunAsync("attack", "lookup", word, "--catalogue", "19", "--output", "json");

        Assert.Equal(0, result.Exit);
        Assert.Contains(technique, JsonNode.Parse(result.Output)!["techniques"]!.AsArray().Select(found => found!["id"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("Powershll", "did you mean PowerShell?")]
    [InlineData("T9999", "nothing in ATT&CK 19 is called T9999")]
    public async Task What_is_not_known_ends_with_1_and_a_suggestion(string word, string message)
    {
        var result = await CommandLine.RunAsync("attack", "lookup", word, "--catalogue", "19");

        Assert.Equal(1, result.Exit);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_is_not_there_is_named_with_those_that_are()
    {
        var result = await CommandLine.RunAsync("attack", "info", "--catalogue", "17");

        Assert.Equal(2, result.Exit);
        Assert.Contains("there are: 18.1, 19", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Layer_counts_the_evidence_of_documents_envelopes_common_events_and_search_hits()
    {
        const string Lines = """
            {"@timestamp":"2026-03-02T00:00:00Z","threat":{"technique":{"id":["T1059"],"subtechnique":{"id":["T1059.001"]}}},"cybersecurity":{"evidence":[{"techniques":["T1059.001"],"confidence":0.5},{"techniques":["T1059.001"],"confidence":0.75}]}}
            {"_id":"x","_source":{"@timestamp":"2026-03-02T00:00:00Z","cybersecurity":{"evidence":[{"techniques":["T1086"],"confidence":0.3}]}}}
            {"time":1772409600,"event":{"event_id":"1","technique_ids":["T1046"],"mitre_attack":{"evidence":[{"techniques":["T1046"],"confidence":0.9}]}}}
            {"event_id":"2","timestamp":"2026-03-02T00:00:00Z","technique_ids":["T1046"],"metadata":{"evidence":[{"techniques":["T1046"],"confidence":0.2}]}}
            {"event_id":"3","timestamp":"2026-01-01T00:00:00Z","technique_ids":["T1190"],"metadata":{"evidence":[{"techniques":["T1190"],"confidence":0.2}]}}
            {"dead_letter":{"reason":"malformed_json","detail":"d"}}
            """;

        var result = await CommandLine.RunWithInputAsync(Lines, "attack", "layer", "--since", "2026-03-01T00:00:00Z", "--name", "march");

        Assert.Equal((0, ""), (result.Exit, result.Error));
        var layer = JsonNode.Parse(result.Output)!;
        Assert.Equal("march", layer["name"]!.GetValue<string>());
        Assert.StartsWith("Techniques of 4 events since 2026-03-01", layer["description"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(
            [("T1046", 2, "0.9"), ("T1059.001", 2, "0.75")],
            layer["techniques"]!.AsArray().Select(technique => (technique!["techniqueID"]!.GetValue<string>(), technique["score"]!.GetValue<int>(), technique["metadata"]![0]!["value"]!.GetValue<string>())));
    }

    [Theory]
    [InlineData("{\"a\":1}")]
    [InlineData("[1]")]
    [InlineData("nope")]
    public async Task A_line_that_is_no_enriched_event_is_named(string line)
    {
        var result = await CommandLine.RunWithInputAsync("{\"dead_letter\":{}}\n" + line, "attack", "layer");

        Assert.Equal(1, result.Exit);
        Assert.StartsWith("-:2: no enriched event", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        var result = await CommandLine.RunAsync("attack", "layer", "none.ndjson");

        Assert.Equal(2, result.Exit);
        Assert.Contains("none.ndjson", result.Error, StringComparison.Ordinal);
    }
}
