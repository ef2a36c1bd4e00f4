using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery;

/// <summary>No document is sent before its data stream, or a template for it, is there.</summary>
public sealed class DataStreamGuardTests
{
    private const string Head = "HEAD /" + ElasticsearchBench.DataStream;
    private const string Simulate = "POST /_index_template/_simulate_index/" + ElasticsearchBench.DataStream;

    [Fact]
    public async Task Without_a_template_the_sink_is_held_and_goes_on_once_setup_has_run()
    {
        await using var bench = await StartAsync();
        var template = "{}";
        bench.Server.Route(Head, static _ => ScriptedReply.Json(404, ""));
        bench.Server.Route(Simulate, _ => ScriptedReply.Json(200, template));
        string? held = null;
        bench.Clock.Waiting = wait =>
        {
            if (wait == 3)
            {
                held = bench.Sink.Health.HeldReason;
                template = """{"template":{"mappings":{}}}""";
            }
        };

        Assert.Empty(await bench.DeliverAsync(2));

        Assert.Equal("there is neither a data stream logs-test-default nor a template for it: run 'streamenricher setup'", held);
        Assert.False(bench.Sink.Health.IsHeld);
        Assert.Equal([0, 1], bench.Stored(2));
    }

    [Fact]
    public async Task A_data_stream_that_is_there_is_asked_for_once()
    {
        await using var bench = await StartAsync();
        bench.Server.Route(Head, static _ => ScriptedReply.Json(200, ""));

        await bench.DeliverAsync(1);
        await bench.DeliverAsync(1);

        Assert.Equal(["HEAD", "POST", "POST"], bench.Server.Requests.Select(static request => request.Method));
    }

    [Fact]
    public async Task Credentials_that_may_not_ask_may_still_write()
    {
        await using var bench = await StartAsync();
        bench.Server.Route(Head, static _ => ScriptedReply.Json(403, ""));

        Assert.Empty(await bench.DeliverAsync(1));

        Assert.Equal([0], bench.Stored(1));
    }

    private static Task<ElasticsearchBench> StartAsync() =>
        ElasticsearchBench.StartAsync(static options => options with { DataStream = ElasticsearchBench.DataStream });
}
