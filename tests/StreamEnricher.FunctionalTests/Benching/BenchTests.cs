using System.Text.Json;

namespace StreamEnricher.FunctionalTests.Benching;

/// <summary><c>bench</c> as operators run it, for a moment only: what is measured is not judged, but that all of it is there.</summary>
public sealed class BenchTests
{
    private static readonly string[] Short = ["--duration", "3s", "--warm-up", "1s", "--output", "json"];

    [Theory]
    [InlineData("null")]
    [InlineData("http")]
    public async Task The_built_in_pipeline_is_measured_with_its_stages(string sinks)
    {
        var report = await BenchAsync("--sinks", sinks, "--distinct", "100");

        var figures = report.GetProperty("figures");
        Assert.True(figures.GetProperty("events_per_second").GetDouble() > 0);
        Assert.True(figures.GetProperty("cpu_seconds_per_million").GetDouble() > 0);
        Assert.Equal(0, figures.GetProperty("dead_letters").GetInt64());
        Assert.Empty(figures.GetProperty("problems").EnumerateArray());
        Assert.Equal(["siem", "splunk"], figures.GetProperty("sinks").EnumerateArray().Select(static sink => sink.GetProperty("name").GetString()));
        var stages = report.GetProperty("stages").EnumerateArray().Select(static stage => stage.GetProperty("name").GetString()).ToList();
        Assert.Equal(
            ["read", "scan", "map", "attribute", "encode siem", "encode splunk", .. sinks == "http" ? ["send siem", "send splunk"] : Array.Empty<string>(), "rest"], stages);
        Assert.Equal(1, report.GetProperty("stages").EnumerateArray().Sum(static stage => stage.GetProperty("share").GetDouble()), 6);
    }

    [Fact]
    public async Task At_a_rate_no_more_than_that_is_delivered_and_latency_is_known()
    {
        var report = await BenchAsync("--rate", "2000/s", "--events", "mixed", "--distinct", "20", "--no-stages", "--set", "sinks.splunk.splunk_hec.compression=gzip");

        var figures = report.GetProperty("figures");
        Assert.InRange(figures.GetProperty("events_per_second").GetDouble(), 1, 2600);
        Assert.True(figures.GetProperty("latency").GetProperty("p99").GetDouble() > 0);
        Assert.Empty(report.GetProperty("stages").EnumerateArray());
    }

    [Fact]
    public async Task A_file_is_replayed_and_what_is_no_event_becomes_a_dead_letter_of_the_bench()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "{\"source\":\"198.51.100.7\",\"event_type\":\"threat\"}\n\n{no event\n", TestContext.Current.CancellationToken);
        try
        {
            var figures = (await BenchAsync("--input", file, "--source", "services", "--sinks", "null", "--no-stages")).GetProperty("figures");

            Assert.True(figures.GetProperty("dead_letters").GetInt64() > 0);
            Assert.StartsWith("malformed_json", figures.GetProperty("first_dead_letter").GetString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("--events nonsense", "--events nonsense: there are detection")]
    [InlineData("--source nobody", "--source nobody: the pipeline has services, ids, rest")]
    [InlineData("--input /no/such/file", "--input /no/such/file:")]
    [InlineData("--rate fast", "--rate takes a rate such as 10000/s")]
    [InlineData("--partitions 0", "--partitions must be between 1 and 1024")]
    public async Task Wrong_use_is_refused_with_the_way_out(string arguments, string message)
    {
        var result = await CommandLine.RunAsync(["bench", .. arguments.Split(' ')]);

        Assert.Equal(2, result.Exit);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> BenchAsync(params string[] arguments)
    {
        var result = await CommandLine.RunAsync(["bench", .. Short, .. arguments]);
        Assert.True(result.Exit == 0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }
}
