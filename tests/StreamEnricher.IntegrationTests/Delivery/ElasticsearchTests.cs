using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.IntegrationTests.Delivery;

/// <summary>Setup and sink against a real Elasticsearch or OpenSearch (ELASTIC_URL).</summary>
public sealed class ElasticsearchTests
{
    private const string Time = "\"@timestamp\":\"2026-01-02T03:04:05Z\"";

    [Fact]
    public async Task Setup_can_be_repeated_and_the_check_then_finds_nothing()
    {
        await using var stream = await DataStream.StartAsync(vendorNamespaces: ["suricata.eve", "zeek.conn"]);
        Assert.Contains("run 'streamenricher setup'", await stream.CheckAsync(), StringComparison.Ordinal);

        for (var i = 0; i < 2; i++)
        {
            Assert.All(await stream.SetUpAsync(), static result => Assert.True(result.IsDone, result.Detail));
        }

        Assert.Null(await stream.CheckAsync());
    }

    [Theory]
    [InlineData(BodyCompression.None)]
    [InlineData(BodyCompression.Gzip)]
    public async Task Documents_are_created_once_and_a_second_time_they_are_duplicates(BodyCompression compression)
    {
        await using var stream = await DataStream.StartAsync(compression);
        await stream.SetUpAsync();
        string[] documents = [.. Enumerable.Range(0, 200).Select(static i => $"{{{Time},\"event\":{{\"severity\":{i}}}}}")];

        Assert.Empty(await stream.DeliverAsync(documents[..150]));
        Assert.Empty(await stream.DeliverAsync(documents));

        Assert.Equal((200, 150, 0), (stream.Counters.Events("delivered"), stream.Counters.Events("duplicate"), stream.Counters.Events("rejected")));
        Assert.Equal(Enumerable.Range(0, 200), (await stream.SearchAsync()).Select(static document => (int)document["event"]!["severity"]!).Order());
    }

    [Fact]
    public async Task A_value_that_the_mapping_refuses_is_a_dead_letter_and_the_others_are_stored()
    {
        await using var stream = await DataStream.StartAsync();
        await stream.SetUpAsync();

        var rejected = await stream.DeliverAsync(
            $"{{{Time},\"message\":\"good\"}}",
            $"{{{Time},\"event\":{{\"severity\":\"high\"}}}}",
            $"{{{Time},\"source\":{{\"ip\":\"web-01\"}}}}",
            """{"message":"no time"}""",
            $"{{{Time},\"message\":\"good too\"}}");

        Assert.Equal([1, 2, 3], rejected.Select(static letter => letter.Record));
        Assert.All(rejected, static letter => Assert.Equal((DeadLetterReason.MappingRejected, 1), (letter.Reason, letter.Attempts)));
        Assert.Contains("event.severity", rejected[0].Detail, StringComparison.Ordinal);
        Assert.Contains("web-01", rejected[1].Detail, StringComparison.Ordinal);
        Assert.Contains("@timestamp", rejected[2].Detail, StringComparison.Ordinal);
        Assert.Equal(["good", "good too"], (await stream.SearchAsync()).Select(static document => (string?)document["message"]));
        Assert.Equal((2, 3), (stream.Counters.Events("delivered"), stream.Counters.Events("rejected")));
    }

    [Fact]
    public async Task A_line_that_is_no_json_is_a_dead_letter_and_the_others_are_stored()
    {
        await using var stream = await DataStream.StartAsync();
        await stream.SetUpAsync();
        var letter = Assert.Single(await stream.DeliverAsync($"{{{Time}}}", """{"cut":""", $"{{{Time}}}"));
        Assert.Equal((1, DeadLetterReason.MappingRejected), (letter.Record, letter.Reason));
        Assert.Equal(2, (await stream.SearchAsync()).Count);
    }

    [Fact]
    public async Task An_index_that_is_closed_to_writing_holds_the_sink_until_it_is_opened()
    {
        await using var stream = await DataStream.StartAsync();
        await stream.SetUpAsync();
        Assert.Empty(await stream.DeliverAsync($"{{{Time}}}"));
        await stream.SendAsync(HttpMethod.Put, $"{stream.Name}/_settings", """{"index.blocks.write":true}""");

        var delivery = stream.DeliverAsync($"{{{Time}}}", $"{{{Time},\"message\":\"second\"}}");
        await WaitAsync(() => stream.Sink.Health.IsHeld);
        Assert.Contains("cluster_block_exception", stream.Sink.Health.HeldReason, StringComparison.Ordinal);
        await stream.SendAsync(HttpMethod.Put, $"{stream.Name}/_settings", """{"index.blocks.write":null}""");

        Assert.Empty(await delivery);
        Assert.False(stream.Sink.Health.IsHeld);
        Assert.Equal(2, (await stream.SearchAsync()).Count);
    }

    /// <summary>What a real server does is not announced: look until it is so; the test's own limit ends it.</summary>
    private static async Task WaitAsync(Func<bool> isSo)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!isSo())
        {
            await look.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
