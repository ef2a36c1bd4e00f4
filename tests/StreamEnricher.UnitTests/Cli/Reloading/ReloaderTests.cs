using StreamEnricher.Cli.Hosting;
using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.UnitTests.Cli.Reloading;

public sealed class ReloaderTests : IAsyncLifetime
{
    private readonly ReloadBench _bench = new();

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_changed_format_is_at_work_for_the_next_batch()
    {
        Assert.Equal("alert", Kind(await _bench.EnrichAsync()));
        _bench.Write("formats/acme.yaml", ReloadBench.Format.Replace("alert", "event", StringComparison.Ordinal));
        Assert.Equal("alert", Kind(await _bench.EnrichAsync()));

        await _bench.Reloader.LookAsync();
        await _bench.Reloader.LookAsync();

        Assert.Equal("event", Kind(await _bench.EnrichAsync()));
        Assert.Equal((1, 0), (_bench.Applied, _bench.Refused));
        Assert.Null(_bench.Current.Refusal);
    }

    [Fact]
    public async Task Files_that_nobody_changes_are_not_loaded_again()
    {
        await _bench.Reloader.LookAsync();
        await _bench.Reloader.LookAsync();

        Assert.Equal((0, 0), (_bench.Applied, _bench.Refused));
    }

    [Fact]
    public async Task A_changed_condition_chooses_from_the_next_batch_on()
    {
        _bench.Write("pipeline.yaml", ReloadBench.Pipeline.Replace("ecs } }", "ecs }, when: { event.severity|gte: 80 } }", StringComparison.Ordinal));

        await _bench.Reloader.ReloadAsync();

        var items = await _bench.EnrichAsync();
        Assert.NotNull(items[0]);
        Assert.Null(items[1]);
        Assert.NotNull((await _bench.EnrichAsync("""{"level":90}"""))[1]);
    }

    [Fact]
    public async Task Sinks_that_change_their_order_in_the_file_keep_what_is_theirs()
    {
        var lines = ReloadBench.Pipeline.Split('\n');
        (lines[4], lines[5]) = (lines[5], lines[4]);
        _bench.Write("pipeline.yaml", string.Join('\n', lines));

        await _bench.Reloader.ReloadAsync();

        Assert.Equal(1, _bench.Applied);
        var items = await _bench.EnrichAsync();
        Assert.NotNull(items[0]!["event_id"]);
        Assert.NotNull(items[1]!["event"]!["kind"]);
    }

    [Theory]
    [InlineData("pipeline.yaml", "pipeline: [", "pipeline.yaml:2:1: no YAML")]
    [InlineData("pipeline.yaml", "pipeline: test", "the pipeline lacks sources")]
    [InlineData("formats/acme.yaml", "format: acme\nfields: { event.kind: { valu: alert } }", "acme.yaml:2:")]
    [InlineData("formats/acme.yaml", "format: other\nvendor_namespace: x.y\nfields: { event.kind: { value: alert } }", "there is no format acme")]
    public async Task A_file_that_cannot_be_used_is_refused_and_the_pipeline_goes_on(string file, string text, string expected)
    {
        _bench.Write(file, text);

        await _bench.Reloader.ReloadAsync();

        Assert.Contains(expected, _bench.Refusal, StringComparison.Ordinal);
        Assert.Equal((0, 1), (_bench.Applied, _bench.Refused));
        Assert.Equal("alert", Kind(await _bench.EnrichAsync()));
    }

    [Theory]
    [InlineData("pipeline: test", "pipeline: test\nattribution: { catalogue: \"1\" }", "there is no ATT&CK catalogue 1")]
    [InlineData("pipeline: test", "pipeline: test\nattribution: { catalogue: ./here }", "pipeline.yaml:2:27: there is no")]
    [InlineData("pipeline: test", "pipeline: test\nattribution: { providers: [ { tables: { files: [missing.tsv] } } ] }", "there is no table missing.tsv")]
    [InlineData("pipeline: test", "pipeline: test\nattribution: { providers: [ { sigma: { rules: [missing/] } } ] }", "missing")]
    [InlineData("format: ecs }", "format: ecs }, when: { event.severity|near: 3 }", "near")]
    [InlineData("[formats]", "[elsewhere]", "pipeline.yaml:3:45: there is no format acme")]
    public async Task A_pipeline_that_names_what_cannot_be_used_is_refused(string from, string to, string expected)
    {
        _bench.Write("pipeline.yaml", ReloadBench.Pipeline.Replace(from, to, StringComparison.Ordinal));

        await _bench.Reloader.ReloadAsync();

        Assert.Contains(expected, _bench.Refusal, StringComparison.Ordinal);
        Assert.Equal("alert", Kind(await _bench.EnrichAsync()));
    }

    [Fact]
    public async Task What_cannot_change_while_the_pipeline_runs_is_refused_with_its_place_and_the_way_out()
    {
        _bench.Write("pipeline.yaml", ReloadBench.Pipeline.Replace("directory: a,", "directory: elsewhere,", StringComparison.Ordinal));

        await _bench.Reloader.ReloadAsync();

        Assert.EndsWith("pipeline.yaml:5:32: sinks.first.file.directory cannot change while the pipeline runs (restart it, or take the change back)", _bench.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipeline_file_that_is_gone_is_refused()
    {
        _bench.Delete("pipeline.yaml");

        await _bench.Reloader.LookAsync();
        await _bench.Reloader.LookAsync();

        Assert.EndsWith("there is no such file", _bench.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_a_reason_beside_readiness_until_the_files_are_good_again()
    {
        _bench.Write("formats/acme.yaml", "format: [");
        await _bench.Reloader.ReloadAsync();
        var refused = Readiness.Of(new EngineStatus(EngineState.Running, [], []), _bench.Current.Refusal);
        Assert.Contains("refused, and it goes on as before", Assert.Single(refused.Reasons), StringComparison.Ordinal);

        _bench.Write("formats/acme.yaml", ReloadBench.Format);
        await _bench.Reloader.LookAsync();
        await _bench.Reloader.LookAsync();

        Assert.Null(_bench.Current.Refusal);
        Assert.Empty(Readiness.Of(new EngineStatus(EngineState.Running, [], []), _bench.Current.Refusal).Reasons);
    }

    private static string Kind(IReadOnlyList<System.Text.Json.Nodes.JsonNode?> items) => items[1]!["event"]!["kind"]!.GetValue<string>();
}
