using System.Text.Json.Nodes;

namespace StreamEnricher.UnitTests.Cli.Commands;

public sealed class StixCommandTests : IDisposable
{
    private const string Event = """{"acme":"probe","time":"2026-03-0#T08:00:00Z","src":"198.51.100.#","level":"high","techniques":["T1046"]}""";
    private readonly OwnPipeline _pipeline = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stix-");

    public void Dispose()
    {
        _pipeline.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Validate_takes_what_enrich_gives()
    {
        var result = await CommandLine.RunWithInputAsync(await ObjectsAsync(), "stix", "validate", "-", "--strict");
        Assert.Equal((0, ""), (result.Exit, result.Error));
        Assert.Matches("^[0-9]+ objects, 0 errors, 0 warnings\n$", result.Output);
    }

    [Fact]
    public async Task Validate_names_file_line_object_and_path()
    {
        using var file = new TemporaryFile((await ObjectsAsync()).Replace("\"confidence\":", "\"confidence\":1", StringComparison.Ordinal));
        var result = await CommandLine.RunAsync("stix", "validate", file.Path);
        Assert.Equal(1, result.Exit);
        Assert.Matches($"(?m)^{file.Path}:[0-9]+: error: indicator--[0-9a-f-]+ confidence: [0-9]+ is not from 0 to 100$", result.Output);

        var json = JsonNode.Parse((await CommandLine.RunAsync("stix", "validate", file.Path, "--output", "json")).Output)!;
        Assert.Equal((int)json["errors"]!, json["findings"]!.AsArray().Count);
        Assert.Equal(("error", "confidence"), ((string?)json["findings"]![0]!["level"], (string?)json["findings"]![0]!["path"]));
    }

    [Fact]
    public async Task Validate_fails_for_warnings_only_when_asked()
    {
        var text = (await ObjectsAsync()).Replace(",\"pattern_version\":\"2.1\"", "", StringComparison.Ordinal);
        Assert.Equal(0, (await CommandLine.RunWithInputAsync(text, "stix", "validate", "-")).Exit);
        Assert.Equal(1, (await CommandLine.RunWithInputAsync(text, "stix", "validate", "-", "--strict")).Exit);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("{\n\"a\":")]
    public async Task Validate_tells_what_cannot_be_read(string text)
    {
        var result = await CommandLine.RunWithInputAsync(text, "stix", "validate", "-");
        Assert.Equal(2, result.Exit);
        Assert.Matches("^-:[12]: is no JSON", result.Error);
        Assert.Equal(2, (await CommandLine.RunAsync("stix", "validate", "/nowhere/file.json")).Exit);
    }

    [Fact]
    public async Task Export_writes_a_valid_bundle_of_a_time_with_all_that_its_objects_refer_to()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "archive-1.ndjson"), await ObjectsAsync(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "archive-2.ndjson.part"), "{\"type\":\"torn", TestContext.Current.CancellationToken);

        var all = await ExportAsync();
        var day = await ExportAsync("--since", "2026-03-02T00:00:00Z", "--until", "2026-03-03T00:00:00Z");

        Assert.EndsWith("; 1 records were no STIX objects\n", all.Error, StringComparison.Ordinal);
        Assert.Equal(["198.51.100.1", "198.51.100.2", "198.51.100.3"], Indicators(all.Output));
        Assert.Equal(["198.51.100.2"], Indicators(day.Output));
        Assert.Equal(0, (await CommandLine.RunWithInputAsync(day.Output, "stix", "validate", "-", "--strict")).Exit);
        Assert.Equal(day.Output, (await ExportAsync("--since", "2026-03-02T00:00:00Z", "--until", "2026-03-03T00:00:00Z")).Output);
    }

    [Fact]
    public async Task Export_of_a_time_without_objects_says_so()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "archive-1.ndjson"), await ObjectsAsync(), TestContext.Current.CancellationToken);
        var result = await ExportAsync("--since", "2027-01-01T00:00:00Z");
        Assert.Equal((1, "", "0 objects\n"), (result.Exit, result.Output, result.Error));
    }

    [Fact]
    public async Task Export_names_the_sinks_that_keep_objects()
    {
        var none = await CommandLine.RunAsync("stix", "export", _pipeline.File);
        Assert.Equal((2, "the pipeline keeps no STIX objects: it needs a stix sink that writes to a Kafka topic, or to files\n"), (none.Exit, none.Error));
        var other = await ExportAsync("--sink", "siem");
        Assert.Equal((2, "the sink siem keeps no STIX objects (those that do: archive)\n"), (other.Exit, other.Error));
        var time = await ExportAsync("--since", "yesterday");
        Assert.Equal(2, time.Exit);
    }

    private static IEnumerable<string?> Indicators(string bundle) =>
        JsonNode.Parse(bundle)!["objects"]!.AsArray().Where(static one => (string?)one!["type"] == "indicator").Select(static one => (string?)one!["name"]).Order(StringComparer.Ordinal);

    private async Task<string> ObjectsAsync()
    {
        var events = string.Join('\n', Enumerable.Range(1, 3).Select(static i => Event.Replace("#", $"{i}", StringComparison.Ordinal)));
        return (await CommandLine.RunWithInputAsync(events, "enrich", _pipeline.File, "--to", "stix", "--source", "acme")).Output;
    }

    private Task<CommandLine.Result> ExportAsync(params string[] arguments)
    {
        var file = Path.Combine(Path.GetDirectoryName(_pipeline.File)!, "with-archive.yml");
        File.WriteAllText(file, File.ReadAllText(_pipeline.File).Replace("dead_letters:", $"  archive: {{ file: {{ directory: \"{_folder.FullName}\", format: stix }} }}\ndead_letters:", StringComparison.Ordinal));
        return CommandLine.RunAsync(["stix", "export", file, .. arguments]);
    }
}
