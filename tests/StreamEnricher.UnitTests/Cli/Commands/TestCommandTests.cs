using System.Text.Json.Nodes;
using System.Xml.Linq;
using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Cli.Commands;

public sealed class TestCommandTests : IDisposable
{
    private const string Good = """
        tests:
          - name: an alert
            event: { ts: 1.5, note: "Scan::Port_Scan", msg: m, src: 10.0.0.1, p: 22 }
            expect: { format: zeek, case: notice, fields: { event.kind: alert, source: { ip: 10.0.0.1, port: ~ }, destination.port: 22, event.category: [intrusion_detection, network] }, techniques: [] }
          - name: text that is none
            text: hello
            expect: { dead_letter: malformed_json }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("event-tests").FullName;

    [Fact]
    public async Task Shipped_pipelines_and_formats_pass_their_tests()
    {
        var result = await CommandLine.RunAsync("test", Repository.PathOf("pipelines", "tests"));

        Assert.True(result.Exit == 0, result.Output + result.Error);
        Assert.EndsWith(" passed, 0 failed", result.Output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tests_that_pass_give_exit_code_0()
    {
        var result = await CommandLine.RunAsync("test", Write("good.yaml", Good));

        Assert.Equal((0, ""), (result.Exit, result.Error));
        Assert.EndsWith("2 passed, 0 failed", result.Output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_shows_what_was_expected_above_what_was()
    {
        var result = await CommandLine.RunAsync("test", Write("bad.yaml", """
            tests:
              - name: wrong in all
                event: { ts: 1.5, note: "ATTACK::Execution", msg: m, sub: T1047 WMI, src: 10.0.0.1 }
                expect: { format: falco, case: x, fields: { source.ip: 10.0.0.2, user.name: bob, event.kind: ~ }, techniques: [T1059], sinks: [], dead_letter: empty_value }
            """));

        Assert.Equal(1, result.Exit);
        Assert.Contains("wrong in all", result.Output, StringComparison.Ordinal);
        foreach (var line in new[]
        {
            "dead_letter +expected empty_value", " +was +none", "format +expected falco", " +was +zeek", "case +expected x", "source\\.ip +expected \"10\\.0\\.0\\.2\"", " +was +\"10\\.0\\.0\\.1\"",
            "user\\.name +expected \"bob\"", " +was +absent", "event\\.kind +expected absent", "techniques +expected T1059", " +was +T1047; missing T1059; not expected T1047", "sinks +expected none", " +was +documents; not expected documents",
            "0 passed, 1 failed",
        })
        {
            Assert.Matches(line, result.Output);
        }
    }

    [Fact]
    public async Task Results_can_be_read_by_a_program()
    {
        var result = await CommandLine.RunAsync("test", Write("good.yaml", Good.Replace("note: \"Scan::Port_Scan\"", "note: \"A::B\"", StringComparison.Ordinal).Replace("case: notice", "case: conn", StringComparison.Ordinal)), "--output", "json");

        var report = JsonNode.Parse(result.Output)!;
        Assert.Equal((1, 1, 1), (result.Exit, report["passed"]!.GetValue<int>(), report["failed"]!.GetValue<int>()));
        Assert.Equal("{\"what\":\"case\",\"expected\":\"conn\",\"actual\":\"notice\"}", report["tests"]![0]!["differences"]![0]!.ToJsonString());
    }

    [Fact]
    public async Task Results_can_be_read_by_a_ci_server()
    {
        var junit = Path.Combine(_folder, "results.xml");

        await CommandLine.RunAsync("test", Write("good.yaml", Good), Write("more.yaml", Good.Replace("hello", "'{}'", StringComparison.Ordinal)), "--junit", junit);

        var suites = XDocument.Load(junit).Root!;
        Assert.Equal(("testsuites", "4", "1"), (suites.Name.LocalName, suites.Attribute("tests")!.Value, suites.Attribute("failures")!.Value));
        var failed = Assert.Single(suites.Descendants("failure")).Parent!;
        Assert.Equal(("more", "text that is none"), (failed.Attribute("classname")!.Value, failed.Attribute("name")!.Value));
        Assert.Equal("1 difference: dead_letter", failed.Element("failure")!.Attribute("message")!.Value);
    }

    [Fact]
    public async Task A_folder_stands_for_all_its_files()
    {
        Write("a.yaml", Good);
        Directory.CreateDirectory(Path.Combine(_folder, "below"));
        Write(Path.Combine("below", "b.yaml"), Good);

        Assert.EndsWith("4 passed, 0 failed", (await CommandLine.RunAsync("test", _folder)).Output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipeline_gives_sources_and_sinks()
    {
        using var pipeline = new OwnPipeline();
        var result = await CommandLine.RunAsync("test", Write("own.yaml", $$"""
            pipeline: {{pipeline.File}}
            source: acme
            tests:
              - name: grave
                event: { acme: probe, level: high, src: 10.0.0.1, techniques: [T1046] }
                expect: { format: acme, sinks: [siem, splunk, grave], techniques: [T1046], fields: { event.severity: 75 } }
              - name: light
                event: { acme: probe, level: low }
                expect: { sinks: [siem, splunk] }
            """));

        Assert.True(result.Exit == 0, result.Output + result.Error);
    }

    [Theory]
    [InlineData("tests: []", "1:1: there are no tests")]
    [InlineData("tests: [{ name: x, event: {}, expect: {}, wehn: 1 }]", "1:43: unknown key 'wehn' in a test (")]
    [InlineData("tests: [{ name: x, expect: {} }]", "1:9: a test needs either event (a map) or text")]
    [InlineData("tests: [{ name: x, event: {}, text: y, expect: {} }]", "1:9: a test needs either event (a map) or text")]
    [InlineData("tests: [{ event: {}, expect: {} }]", "1:9: a test needs a name")]
    [InlineData("tests: [{ name: x, event: {} }]", "1:9: a test needs expect")]
    [InlineData("tests: [{ name: x, event: {}, expect: [], timestamp: noon }]", "'noon' is no time")]
    [InlineData("tests: [{ name: x, event: {}, expect: { techniques: { a: b } } }]", "techniques must be a text")]
    [InlineData("tests: [{ name: x, event: {}, format: zek, expect: {} }]", ":1:1: there is no format 'zek' (did you mean zeek?)")]
    [InlineData("tests: [{ name: x, event: {}, source: autto, expect: {} }]", ":1:1: there is no source 'autto' in the pipeline (did you mean auto?)")]
    [InlineData("pipeline: none.yaml\ntests: [{ name: x, event: {}, expect: {} }]", "none.yaml:1:1: there is no such file")]
    [InlineData("tests: [", "no YAML: ")]
    [InlineData("- x", "a file of tests is one YAML document with the key tests")]
    public async Task What_is_wrong_in_a_file_is_named_with_its_place_and_exit_code_2(string text, string problem)
    {
        var result = await CommandLine.RunAsync("test", Write("wrong.yaml", text));

        Assert.Equal(2, result.Exit);
        Assert.Contains(problem, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_and_an_empty_folder_are_named()
    {
        Assert.Contains("no.yaml:1:1: there is no such file", (await CommandLine.RunAsync("test", Path.Combine(_folder, "no.yaml"))).Error, StringComparison.Ordinal);
        Assert.Contains("there are no files of tests (*.yaml) in this folder", (await CommandLine.RunAsync("test", _folder)).Error, StringComparison.Ordinal);
        Assert.Equal(2, (await CommandLine.RunAsync("test")).Exit);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
