using System.Text.Json;

namespace StreamEnricher.FunctionalTests.Benching;

/// <summary><c>tune</c> as operators run it, with runs too short to find anything: what it shows and writes is judged.</summary>
public sealed class TuneTests
{
    [Fact]
    public async Task Every_trial_is_a_line_and_the_result_is_yaml()
    {
        var file = Path.GetTempFileName();
        try
        {
            var result = await CommandLine.RunAsync(
                "tune", "--sinks", "null", "--distinct", "50", "--slice", "0.05", "--pairs", "2", "--duration", "100ms", "--warm-up", "100ms", "--write", file);

            Assert.True(result.Exit == 0, result.Error);
            Assert.Contains("(the file's settings beside themselves)", result.Output, StringComparison.Ordinal);
            Assert.Contains("limits.batch.events", result.Output, StringComparison.Ordinal);
            var yaml = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.StartsWith("# Tuned for throughput", yaml, StringComparison.Ordinal);
            Assert.Contains("limits:\n  batch:\n    events: ", yaml, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task As_json_the_trials_are_listed()
    {
        var result = await CommandLine.RunAsync(
            "tune", "--goal", "cost", "--rate", "2000/s", "--sinks", "null", "--distinct", "50", "--slice", "0.1", "--pairs", "2", "--duration", "100ms", "--warm-up", "100ms", "--output", "json");

        Assert.True(result.Exit == 0, result.Error);
        var report = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal("cost", report.GetProperty("goal").GetString());
        Assert.Contains(report.GetProperty("trials").EnumerateArray(), static trial => trial.GetProperty("key").GetString() == "limits.batch.linger");
    }

    [Theory]
    [InlineData("--rate 100/s", "tune for latency or cost")]
    [InlineData("--memory much", "--memory takes a size such as 512MiB")]
    [InlineData("--pairs 1", "--pairs must be at least 2")]
    public async Task Wrong_use_is_refused_with_the_way_out(string arguments, string message)
    {
        var result = await CommandLine.RunAsync(["tune", .. arguments.Split(' ')]);

        Assert.Equal(2, result.Exit);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }
}
