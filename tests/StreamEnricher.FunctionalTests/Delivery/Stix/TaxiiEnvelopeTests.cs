using System.Text.Json.Nodes;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Pacing;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery.Stix;

/// <summary>What is sent to a TAXII server, and in which portions.</summary>
public sealed class TaxiiEnvelopeTests
{
    [Fact]
    public async Task Objects_are_pushed_as_an_envelope_with_the_exact_media_types_and_a_length()
    {
        await using var bench = await TaxiiBench.StartAsync();

        Assert.Empty(await bench.DeliverAsync(2));

        Assert.Equal(
            [$"GET {TaxiiStore.Root}", $"GET {TaxiiStore.Root}collections/{TaxiiStore.Collection}/", $"POST {TaxiiStore.Root}collections/{TaxiiStore.Collection}/objects/"],
            bench.Server.Requests.Select(static request => request.Route));
        Assert.All(bench.Server.Requests, static request => Assert.Equal(TaxiiStore.MediaType, request.Header("Accept")));
        Assert.All(bench.Server.Requests, static request => Assert.Equal("Basic cHJvZHVjZXI6c2VjcmV0", request.Header("Authorization")));
        var push = bench.Server.Requests[2];
        Assert.Equal(TaxiiStore.MediaType, push.Header("Content-Type"));
        Assert.Equal(["objects"], JsonNode.Parse(push.Text)!.AsObject().Select(static member => member.Key));
        Assert.Equal("who i1 i2", bench.Store.Stored);
        Assert.Equal((3, 0, 0), bench.Counts);
        Assert.Empty(bench.Clock.Waits);
    }

    [Fact]
    public async Task A_bearer_token_is_sent_in_place_of_a_user()
    {
        await using var bench = await TaxiiBench.StartAsync(static options => options with { Username = null, Password = null, Token = "abc" });
        await bench.DeliverAsync(1);
        Assert.All(bench.Server.Requests, static request => Assert.Equal("Bearer abc", request.Header("Authorization")));
    }

    [Fact]
    public async Task Every_envelope_has_what_its_objects_refer_to_in_front_of_them()
    {
        await using var bench = await TaxiiBench.StartAsync(static options => options with { MaxRequestObjects = 3 });

        Assert.Empty(await bench.DeliverAsync(5));

        Assert.Equal(["who i1 i2", "who i3 i4", "who i5"], bench.Sent);
        Assert.Equal("who i1 i2 i3 i4 i5", bench.Store.Stored);
        Assert.Equal((6, 0, 0), bench.Counts);
    }

    [Fact]
    public async Task The_largest_request_is_the_smaller_of_ours_and_the_servers()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Store.MaxContentLength = 1500;

        Assert.Empty(await bench.DeliverAsync([StixObjects.Identity, .. Enumerable.Range(1, 4).Select(static i => StixObjects.Indicator(i, padding: 300))]));

        Assert.Equal(["who i1 i2", "who i3 i4"], bench.Sent);
        Assert.All(bench.Server.Requests, static request => Assert.InRange(request.WireBytes, 0, 1500));
    }

    [Fact]
    public async Task An_object_that_fits_only_without_what_it_refers_to_goes_behind_it()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Store.MaxContentLength = 500;

        Assert.Empty(await bench.DeliverAsync([StixObjects.Identity, StixObjects.Indicator(1, padding: 150)]));

        Assert.Equal(["who", "i1"], bench.Sent);
    }

    [Fact]
    public async Task What_was_pushed_is_not_pushed_again_until_it_has_a_new_version()
    {
        await using var bench = await TaxiiBench.StartAsync();

        await bench.DeliverAsync(2);
        await bench.DeliverAsync(2);
        await bench.DeliverAsync([StixObjects.Identity, StixObjects.Indicator(1), StixObjects.Indicator(2, "2026-03-02T00:00:00.000Z")]);

        Assert.Equal(["who i1 i2", "who i2"], bench.Sent);
        Assert.Equal("who i1 i2 i2", bench.Store.Stored);
        Assert.Equal((4, 5, 0), bench.Counts);
    }

    [Fact]
    public async Task Of_equal_versions_in_a_group_one_is_sent()
    {
        await using var bench = await TaxiiBench.StartAsync();
        await bench.DeliverAsync([StixObjects.Identity, StixObjects.Indicator(1), StixObjects.Indicator(1)]);
        Assert.Equal(["who i1"], bench.Sent);
        Assert.Equal((2, 1, 0), bench.Counts);
    }

    [Fact]
    public async Task The_rate_limit_counts_objects()
    {
        await using var bench = await TaxiiBench.StartAsync(static options => options with { MaxRequestObjects = 10, RateLimit = new RateLimit(50, IsBytes: false) });
        await bench.DeliverAsync(27);
        Assert.Equal([200, 200], bench.Clock.Waits.Select(static wait => Math.Round(wait.TotalMilliseconds)));
    }

    [Fact]
    public async Task A_request_that_is_too_large_for_the_server_is_halved_and_a_single_object_is_refused()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Server.MaxBodyBytes = 600;

        var refused = Assert.Single(await bench.DeliverAsync([StixObjects.Identity, StixObjects.Indicator(1), StixObjects.Indicator(2, padding: 900), StixObjects.Indicator(3)]));

        Assert.Equal((2, DeadLetterReason.TooLarge), (refused.Index, refused.Reason));
        Assert.Contains(StixObjects.Indicator(2).Id, refused.Detail, StringComparison.Ordinal);
        Assert.Equal("who i1 i3", bench.Store.Stored);
        Assert.Equal((3, 0, 1), bench.Counts);
    }

    [Fact]
    public async Task An_object_that_is_too_large_with_what_it_refers_to_is_sent_alone()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Server.MaxBodyBytes = 420;
        Assert.Empty(await bench.DeliverAsync([StixObjects.Identity, StixObjects.Indicator(1, padding: 100)]));
        Assert.Equal(["who i1", "who", "who i1", "i1"], bench.Sent);
        Assert.Equal("who i1", bench.Store.Stored);
    }
}
