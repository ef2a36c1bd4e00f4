namespace StreamEnricher.FunctionalTests.Cli;

public sealed class DemoTests
{
    [Fact]
    public async Task Demo_delivers_every_sample_event_to_every_sink_and_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("demo-");
        var result = await CommandLine.RunAsync("demo", "--events", "700", "--directory", folder.FullName);
        Assert.True(result.Exit == 0, result.Output + result.Error);
        Assert.Contains("Every event was delivered to every sink.", result.Output, StringComparison.Ordinal);
        Assert.Contains("T1059.001", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder.FullName, "demo.yaml")));
        Assert.Equal(700, Directory.EnumerateFiles(Path.Combine(folder.FullName, "events"), "*.ndjson").Sum(file => File.ReadLines(file).Count()));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Demo_refuses_more_events_than_its_broker_keeps()
    {
        var result = await CommandLine.RunAsync("demo", "--events", "1000000");
        Assert.Equal(2, result.Exit);
        Assert.Contains("--events must be between 1 and 40000", result.Error, StringComparison.Ordinal);
    }
}
