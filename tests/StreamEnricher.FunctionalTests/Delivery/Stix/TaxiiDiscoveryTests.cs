using StreamEnricher.Delivery.Taxii;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery.Stix;

/// <summary>What is asked before the first object is sent, and what is said when it is not right.</summary>
public sealed class TaxiiDiscoveryTests
{
    private const string RootRoute = $"GET {TaxiiStore.Root}";
    private const string CollectionRoute = $"GET {TaxiiStore.Root}collections/{TaxiiStore.Collection}/";

    [Theory]
    [InlineData("detections")]
    [InlineData("Detections")]
    public async Task A_collection_is_found_by_alias_or_title(string name)
    {
        await using var bench = await TaxiiBench.StartAsync(options => options with { Collection = name });
        Assert.Empty(await bench.DeliverAsync(1));
        Assert.Equal("who i1", bench.Store.Stored);
    }

    [Theory]
    [InlineData("""{"title":"d","api_roots":["/root/"]}""")]
    [InlineData("""{"title":"d","default":"/root/","api_roots":["/other/","/root/"]}""")]
    public async Task The_address_may_be_that_of_the_discovery(string discovery)
    {
        await using var bench = await TaxiiBench.StartAsync(static options => options with { ApiRoot = new Uri(options.ApiRoot, "/taxii2") });
        bench.Server.Route("GET /taxii2/", _ => TaxiiStore.Answer(200, discovery));
        Assert.Empty(await bench.DeliverAsync(1));
        Assert.Equal("who i1", bench.Store.Stored);
    }

    public static TheoryData<string, string, string, string> Wrong => new()
    {
        { "other version", RootRoute, """{"title":"r","versions":["application/taxii+json;version=2.0"]}""", "does not speak TAXII 2.1" },
        { "no versions", RootRoute, """{"title":"r"}""", "does not speak TAXII 2.1" },
        { "not writable", CollectionRoute, """{"id":"x","title":"t","can_read":true,"can_write":false}""", "can_write is false" },
        { "other media", CollectionRoute, """{"id":"x","title":"t","can_write":true,"media_types":["application/stix+json;version=2.0"]}""", "takes no STIX 2.1" },
        { "elsewhere", RootRoute, """{"title":"d","api_roots":["https://other.example/root/"]}""", "write https://other.example/root/ as api_root" },
        { "several", RootRoute, """{"title":"d","api_roots":["/a/","/b/"]}""", "several API roots: write one of /a/, /b/" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_at_the_server_is_said_and_holds_the_sink_until_it_is_repaired(string what, string route, string body, string problem)
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Server.Route(route, _ => TaxiiStore.Answer(200, body));
        Assert.Contains(problem, await TaxiiDestination.CheckAsync(bench.Options, bench.Clock, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        string? held = null;
        bench.Clock.Waiting = _ =>
        {
            held = bench.Destination.Health.HeldReason;
            bench.Store.Serve();
        };

        Assert.Empty(await bench.DeliverAsync(1));

        Assert.Contains(problem, held, StringComparison.Ordinal);
        Assert.False(bench.Destination.Health.IsHeld, what);
        Assert.Equal("who i1", bench.Store.Stored);
    }

    [Fact]
    public async Task A_collection_that_is_not_there_is_answered_with_those_that_are()
    {
        await using var bench = await TaxiiBench.StartAsync(static options => options with { Collection = "other" });
        var problem = await TaxiiDestination.CheckAsync(bench.Options, bench.Clock, TestContext.Current.CancellationToken);
        Assert.Equal($"there is no collection other; the server has Detections ({TaxiiStore.Collection})", problem);
    }

    [Fact]
    public async Task The_check_is_silent_when_all_is_well_and_stores_nothing()
    {
        await using var bench = await TaxiiBench.StartAsync();
        Assert.Null(await TaxiiDestination.CheckAsync(bench.Options, bench.Clock, TestContext.Current.CancellationToken));
        Assert.Empty(bench.Store.Objects);
    }

    [Fact]
    public async Task The_check_says_when_a_page_answers()
    {
        await using var bench = await TaxiiBench.StartAsync();
        bench.Server.Then(ScriptedReply.Html(200));
        Assert.StartsWith("what answers for the API root is no TAXII server", await TaxiiDestination.CheckAsync(bench.Options, bench.Clock, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_show_no_secret()
    {
        await using var bench = await TaxiiBench.StartAsync(static options => options with { Token = "s3cret", Password = "s3cret" });
        Assert.DoesNotContain("s3cret", bench.Options.ToString(), StringComparison.Ordinal);
    }
}
