using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Taxii;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.IntegrationTests.Intelligence;

/// <summary>Objects pushed to OASIS's TAXII server are what its client reads back: the whole graph, each object once.</summary>
public sealed class TaxiiPushTests : IDisposable
{
    private readonly SinkCounters _counters = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _counters.Dispose();

    [Theory]
    [InlineData(60, "")]
    [InlineData(60, "--unavailable 3")]
    [InlineData(40, "--max-content-length 6000")]
    [InlineData(600, "--indexed --page-size 1000")]
    [InlineData(200, "--indexed --pending 300 --page-size 1000")]
    [InlineData(200, "--indexed --duplicates ok --page-size 1000")]
    public async Task What_is_pushed_is_there_whole_and_once(int events, string switches)
    {
        await using var server = await Medallion.StartAsync(switches.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var graph = await SampleGraph.OfAsync(events);
        await using var destination = Destination(server.Options);
        Assert.Null(await TaxiiDestination.CheckAsync(server.Options, TimeProvider.System, Stop));

        Assert.Empty(await destination.DeliverAsync(graph, Stop));

        StixTool.AssertSame(SampleGraph.Json(graph), await StixTool.PullAsync([.. server.Address, "--versions", "all"]));
        Assert.Equal((graph.Count, 0, 0), (_counters.Events("delivered"), _counters.Events("duplicate"), _counters.Events("rejected")));
        Assert.False(destination.Health.IsHeld);
    }

    [Fact]
    public async Task Pushing_everything_again_after_a_restart_of_ours_changes_nothing()
    {
        await using var server = await Medallion.StartAsync("--indexed", "--page-size", "1000");
        var graph = await SampleGraph.OfAsync(100);
        await using (var first = Destination(server.Options))
        {
            // Killed in the middle: half of the graph is there.
            await first.DeliverAsync([.. graph.Take(graph.Count / 2)], Stop);
        }

        await using var second = Destination(server.Options);
        Assert.Empty(await second.DeliverAsync(graph, Stop));

        StixTool.AssertSame(SampleGraph.Json(graph), await StixTool.PullAsync([.. server.Address, "--versions", "all"]));
        Assert.Equal((graph.Count, graph.Count / 2), (_counters.Events("delivered"), _counters.Events("duplicate")));
    }

    [Fact]
    public async Task A_server_that_is_killed_and_comes_back_empty_gets_what_was_not_delivered_and_all_by_a_replay()
    {
        await using var server = await Medallion.StartAsync("--indexed", "--page-size", "1000");
        var graph = await SampleGraph.OfAsync(100);
        var options = server.Options;
        await using (var first = Destination(options))
        {
            await first.DeliverAsync([.. graph.Take(graph.Count / 2)], Stop);
            await server.KillAsync();
            var rest = first.DeliverAsync([.. graph.Skip(graph.Count / 2)], Stop).AsTask();
            await SourceProbe.UntilAsync(() => _counters.Retries("unreachable") > 0, "the server is missed", Stop);
            await server.RestartAsync("--indexed", "--page-size", "1000");
            Assert.Empty(await rest);
        }

        await using var replay = Destination(options);
        Assert.Empty(await replay.DeliverAsync(graph, Stop));

        StixTool.AssertSame(SampleGraph.Json(graph), await StixTool.PullAsync([.. server.Address, "--versions", "all"]));
    }

    [Fact]
    public async Task Objects_that_the_server_rejects_become_dead_letters_and_the_others_are_there()
    {
        await using var server = await Medallion.StartAsync("--indexed", "--reject-every", "7", "--page-size", "1000");
        var graph = await SampleGraph.OfAsync(60);
        await using var destination = Destination(server.Options);

        var refused = await destination.DeliverAsync(graph, Stop);

        Assert.NotEmpty(refused);
        Assert.All(refused, static one => Assert.Equal(DeadLetterReason.StixRejected, one.Reason));
        Assert.All(refused, static one => Assert.EndsWith("Rejected by --reject-every", one.Detail, StringComparison.Ordinal));
        var lost = refused.Select(static one => one.Index).ToHashSet();
        StixTool.AssertSame(SampleGraph.Json(graph.Where((_, index) => !lost.Contains(index))), await StixTool.PullAsync([.. server.Address, "--versions", "all"]));
    }

    [Theory]
    [InlineData("ro", "can_write is false")]
    [InlineData("none", "there is no collection none; the server has")]
    public async Task The_check_names_what_is_wrong_with_the_collection(string kind, string problem)
    {
        await using var server = await Medallion.StartAsync();
        var options = server.Options with { Collection = kind == "none" ? kind : server.Collection(kind) };
        Assert.Contains(problem, await TaxiiDestination.CheckAsync(options, TimeProvider.System, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_credentials_are_told_apart()
    {
        await using var server = await Medallion.StartAsync();
        Assert.Contains("(401)", await TaxiiDestination.CheckAsync(server.Options with { Password = "wrong" }, TimeProvider.System, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_graph_is_valid_for_the_validators_of_OASIS_and_for_ours()
    {
        var list = $"[{string.Join(',', (await SampleGraph.OfAsync(30)).Select(static one => System.Text.Encoding.UTF8.GetString(one.Json.Span)))}]";
        var (exit, output, error) = await StixTool.TryAsync(list, "validate", "-");
        Assert.True(exit == 0, output + error);
        var own = await Testing.Cli.CommandLine.RunWithInputAsync(list, "stix", "validate", "-", "--strict");
        Assert.True(own.Exit == 0, own.Output);
    }

    private TaxiiDestination Destination(TaxiiOptions options) => new(options, _counters.Metrics, TimeProvider.System, NullLogger<TaxiiDestination>.Instance);
}
