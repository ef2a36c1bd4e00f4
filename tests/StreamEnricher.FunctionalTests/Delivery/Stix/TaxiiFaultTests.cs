using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery.Stix;

/// <summary>Servers in trouble, and what stands before them: nothing is lost, and nothing goes on without being said.</summary>
public sealed class TaxiiFaultTests
{
    public static TheoryData<int, string> Holding => new()
    {
        { 401, "the TAXII server refuses the credentials (401)" },
        { 403, "the credentials may not use the collection" },
        { 404, "the TAXII server does not have the collection" },
        { 405, "HTTP 405" },
        { 406, "the server does not speak TAXII 2.1 (406)" },
        { 415, "the server does not speak TAXII 2.1 (415)" },
        { 301, "the address redirects (301): write the url that it leads to" },
        { 400, "HTTP 400" },
    };

    [Theory]
    [MemberData(nameof(Holding))]
    public async Task What_the_operator_must_repair_holds_the_sink_which_goes_on_by_itself(int status, string reason)
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Then(ScriptedReply.Html(status), ScriptedReply.Normal, ScriptedReply.Normal, ScriptedReply.Html(status));
        var held = new List<string?>();
        bench.Clock.Waiting = _ => held.Add(bench.Destination.Health.HeldReason);

        Assert.Empty(await bench.DeliverAsync(2));

        Assert.Equal(2, held.Count);
        Assert.All(held, text => Assert.StartsWith(reason, text, StringComparison.Ordinal));
        Assert.False(bench.Destination.Health.IsHeld);
        Assert.Equal("who i1 i2", bench.Store.Stored);
        Assert.Equal(2, bench.Counters.Retries("held"));
        Assert.DoesNotContain("secret", string.Join(' ', held), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, "overload")]
    [InlineData(503, "overload")]
    [InlineData(500, "server_error")]
    [InlineData(502, "server_error")]
    [InlineData(408, "server_error")]
    public async Task Overload_and_server_errors_are_tried_again_no_sooner_than_asked(int status, string word)
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Then(ScriptedReply.Html(status).RetryAfter(7));

        Assert.Empty(await bench.DeliverAsync(1));

        Assert.Equal([TimeSpan.FromSeconds(7)], bench.Clock.Waits);
        Assert.Equal(2, bench.Counters.Retries(word));
        Assert.False(bench.Destination.Health.IsHeld);
        Assert.Equal("who i1", bench.Store.Stored);
    }

    [Fact]
    public async Task A_page_in_place_of_a_status_is_no_success()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Then(ScriptedReply.Html(200), TaxiiStore.Answer(202, """{"unexpected":true}"""), TaxiiStore.Answer(202, "[]"), TaxiiStore.Answer(202, ""));

        Assert.Empty(await bench.DeliverAsync(1));

        Assert.Equal(4 * 2, bench.Counters.Retries("unreadable_reply"));
        Assert.Equal("who i1", bench.Store.Stored);
        Assert.Equal((2, 0, 0), bench.Counts);
    }

    [Fact]
    public async Task Broken_connections_and_silence_are_survived()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Then(ScriptedReply.Reset, ScriptedReply.Cut, ScriptedReply.Hang);
        var delivery = bench.DeliverAsync(1);
        await bench.Server.ReceivedAsync(5, TestContext.Current.CancellationToken);
        bench.Clock.ExpireTimeouts();

        Assert.Empty(await delivery);

        Assert.Equal("who i1", bench.Store.Stored);
        Assert.Equal(3 * 2, bench.Counters.Retries("unreachable"));
    }

    [Fact]
    public async Task A_server_that_is_away_at_the_start_is_waited_for()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Server.Then(ScriptedReply.Reset, ScriptedReply.Html(503).RetryAfter(3), ScriptedReply.Normal, ScriptedReply.Html(502));
        Assert.Empty(await bench.DeliverAsync(1));
        Assert.Contains(TimeSpan.FromSeconds(3), bench.Clock.Waits);
        Assert.Equal("who i1", bench.Store.Stored);
    }

    [Fact]
    public async Task A_status_that_cannot_be_read_for_a_while_is_asked_for_again()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Store.Pending = 1;
        bench.Then(ScriptedReply.Normal, ScriptedReply.Html(503), ScriptedReply.Html(401), ScriptedReply.Html(200));

        Assert.Empty(await bench.DeliverAsync(1));

        Assert.Single(bench.Sent);
        Assert.Equal((2, 0, 0), bench.Counts);
        Assert.False(bench.Destination.Health.IsHeld);
    }

    [Fact]
    public async Task Delivery_ends_when_the_engine_stops()
    {
        await using var bench = await TaxiiBench.StartAsync();
        using var stop = new CancellationTokenSource();
        bench.Then(ScriptedReply.Hang);
        var delivery = bench.Destination.DeliverAsync(StixObjects.Group(1), stop.Token).AsTask();
        await bench.Server.ReceivedAsync(3, TestContext.Current.CancellationToken);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivery);
    }
}
