using StreamEnricher.Core.Delivery;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery.Stix;

/// <summary>What a TAXII server's answers mean for each object.</summary>
public sealed class TaxiiVerdictTests
{
    [Fact]
    public async Task A_pending_status_is_asked_for_until_it_is_complete()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Store.Pending = 4;

        Assert.Empty(await bench.DeliverAsync(2));

        Assert.Equal(5, bench.Server.Requests.Count(static request => request.Route == $"GET {TaxiiStore.Root}status/s1/"));
        Assert.Equal([0.5, 1, 2, 4, 5], bench.Clock.Waits.Select(static wait => wait.TotalSeconds));
        Assert.Single(bench.Sent);
        Assert.Equal((3, 0, 0), bench.Counts);
    }

    [Fact]
    public async Task Failures_of_a_status_that_was_pending_are_judged_too()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Store.Pending = 1;
        bench.Store.Judge = static one => (string?)one["name"] == "i2" ? "no such thing" : null;

        var refused = Assert.Single(await bench.DeliverAsync(3));

        Assert.Equal((2, DeadLetterReason.StixRejected), (refused.Index, refused.Reason));
        Assert.EndsWith("no such thing", refused.Detail, StringComparison.Ordinal);
        Assert.Equal((3, 0, 1), bench.Counts);
    }

    [Fact]
    public async Task A_status_that_the_server_has_lost_lets_the_objects_be_sent_again()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Store.Pending = -1;
        bench.Clock.Waiting = wait =>
        {
            if (wait == 2)
            {
                bench.Store.Pending = 0;
                bench.Store.ForgetStatuses();
            }
        };

        Assert.Empty(await bench.DeliverAsync(1));

        Assert.Equal(["who i1", "who i1"], bench.Sent);
        Assert.Equal("who i1", bench.Store.Stored);
        Assert.Equal((0, 2, 0), bench.Counts);
    }

    [Fact]
    public async Task A_status_that_stays_pending_is_given_up_in_time()
    {
        await using var bench = await TaxiiBench.StartAsync(static options => options with { StatusTimeout = TimeSpan.FromMinutes(1) });
        bench.Store.Pending = -1;
        bench.Clock.Waiting = _ =>
        {
            if (bench.Counters.Retries("pending") > 0)
            {
                bench.Store.Pending = 0;
            }
        };

        Assert.Empty(await bench.DeliverAsync(1));

        Assert.Equal(2, bench.Counters.Retries("pending"));
        Assert.Contains("pending", bench.Destination.Health.LastError, StringComparison.Ordinal);
        Assert.Equal(2, bench.Sent.Count());
    }

    [Theory]
    [InlineData("Object already added")]
    [InlineData("This version exists")]
    public async Task Words_that_say_that_it_is_there_count_as_delivered(string words)
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Store.CanRead = false;
        bench.Store.Judge = one => (string?)one["name"] == "i1" ? words : null;
        Assert.Empty(await bench.DeliverAsync(2));
        Assert.Equal((2, 1, 0), bench.Counts);
    }

    [Fact]
    public async Task An_object_that_failed_and_is_there_counts_as_delivered()
    {
        await using var first = await TaxiiBench.StartAsync();
        await first.DeliverAsync(2);
        await using var again = new AgainstTheSame(first);

        Assert.Empty(await again.Destination.DeliverAsync(StixObjects.Group(3), TestContext.Current.CancellationToken));

        Assert.Equal("who i1 i2 i3", first.Store.Stored);
        Assert.Equal((1, 3), (again.Counters.Events("delivered"), again.Counters.Events("duplicate")));
    }

    [Fact]
    public async Task Another_version_that_is_there_does_not_make_a_failure_delivered()
    {
        await using var bench = await TaxiiBench.StartAsync();
        await bench.DeliverAsync(1);
        bench.Store.Judge = static _ => "Unable to process object";

        var refused = Assert.Single(await bench.DeliverAsync(StixObjects.Identity, StixObjects.Indicator(1, "2026-03-02T00:00:00.000Z")));

        Assert.Equal(1, refused.Index);
    }

    [Fact]
    public async Task A_failure_that_is_counted_and_not_named_is_found_by_halves()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Store.ListsFailures = false;
        bench.Store.Judge = static one => (string?)one["name"] == "i2" ? "bad" : null;

        var refused = Assert.Single(await bench.DeliverAsync(3));

        Assert.Equal(2, refused.Index);
        Assert.Equal("who i1 i3", bench.Store.Stored);
        Assert.Equal(3, bench.Counts.Delivered + bench.Counts.Duplicate);
    }

    [Fact]
    public async Task A_request_with_a_bad_object_is_halved_until_it_is_found_and_the_others_are_stored_once()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Store.Poison = "i4";

        var refused = Assert.Single(await bench.DeliverAsync(5));

        Assert.Equal((4, DeadLetterReason.StixRejected), (refused.Index, refused.Reason));
        Assert.Contains("HTTP 422", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(["i1", "i2", "i3", "i5", "who"], bench.Store.Stored.Split(' ').Order(StringComparer.Ordinal));
        Assert.Equal(5, bench.Counts.Delivered + bench.Counts.Duplicate);
    }

    [Fact]
    public async Task A_bad_object_that_others_refer_to_does_not_take_them_along()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Store.Poison = "who";

        var refused = Assert.Single(await bench.DeliverAsync(3));

        Assert.Equal(0, refused.Index);
        Assert.Equal(["i1", "i2", "i3"], bench.Store.Stored.Split(' ').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_answer_that_is_lost_after_storing_makes_no_dead_letters()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Then(ScriptedReply.ResetAfterStoring);

        Assert.Empty(await bench.DeliverAsync(2));

        Assert.Equal("who i1 i2", bench.Store.Stored);
        Assert.Equal((0, 3, 0), bench.Counts);
        Assert.Equal(3, bench.Counters.Retries("unreachable"));
    }

    [Fact]
    public async Task In_a_collection_that_cannot_be_read_a_failure_after_a_lost_answer_counts_as_delivered()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Store.CanRead = false;
        bench.Then(ScriptedReply.ResetAfterStoring);
        Assert.Empty(await bench.DeliverAsync(2));
        Assert.Equal((0, 3, 0), bench.Counts);
    }

    [Fact]
    public async Task In_a_collection_that_cannot_be_read_a_first_failure_is_a_refusal()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Store.CanRead = false;
        bench.Store.Judge = static one => (string?)one["name"] == "i1" ? "Unable to process object" : null;
        Assert.Equal(1, Assert.Single(await bench.DeliverAsync(2)).Index);
    }

    [Fact]
    public async Task A_manifest_that_is_in_trouble_is_asked_again()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Then(ScriptedReply.ResetAfterStoring, ScriptedReply.Normal, ScriptedReply.Html(503));
        Assert.Empty(await bench.DeliverAsync(2));
        Assert.Equal((0, 3, 0), bench.Counts);
    }
}
