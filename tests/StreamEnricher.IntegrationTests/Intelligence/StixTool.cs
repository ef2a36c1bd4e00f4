using System.Diagnostics;
using System.Text.Json.Nodes;

namespace StreamEnricher.IntegrationTests.Intelligence;

/// <summary>A program with OASIS's TAXII server (medallion), TAXII client (taxii2-client) and validators (STIX_TOOL).</summary>
internal static class StixTool
{
    /// <summary>Runs a command of it; returns what it prints.</summary>
    public static async Task<string> RunAsync(params IReadOnlyList<string> arguments)
    {
        var (exit, output, error) = await TryAsync(null, arguments);
        Assert.True(exit == 0, $"{string.Join(' ', arguments)}: {error}{output}");
        return output;
    }

    /// <summary>Runs a command of it.</summary>
    /// <param name="input">Its standard input; null for none.</param>
    /// <param name="arguments">The command line.</param>
    public static async Task<(int Exit, string Output, string Error)> TryAsync(string? input, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(ServerAddress.StixTool) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>What a collection holds, read page by page by taxii2-client.</summary>
    public static async Task<IReadOnlyList<JsonNode>> PullAsync(params IReadOnlyList<string> arguments)
    {
        var lines = await RunAsync(["pull", "--ndjson", .. arguments]);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!)];
    }

    /// <summary>Both have the same objects, each once.</summary>
    public static void AssertSame(IEnumerable<JsonNode> expected, IReadOnlyList<JsonNode> actual)
    {
        var wanted = expected.ToDictionary(Key, static one => one, StringComparer.Ordinal);
        Assert.Equal(wanted.Keys.Order(StringComparer.Ordinal), actual.Select(Key).Order(StringComparer.Ordinal));
        Assert.All(actual, one => Assert.True(JsonNode.DeepEquals(wanted[Key(one)], one), Key(one)));
    }

    private static string Key(JsonNode one) => $"{one["id"]} {one["modified"]}";
}
