using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Cli.MapPatterns;
using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Service;
using StreamEnricher.Enrichment.Scanning;
using StreamEnricher.Testing.Enrichment;
using ServiceProvider = StreamEnricher.Enrichment.Attribution.Service.ServiceProvider;

namespace StreamEnricher.FunctionalTests.Cli;

public sealed class MapPatternsServerTests
{
    [Fact]
    public async Task The_engines_own_service_provider_gets_each_indicators_techniques()
    {
        await using var rig = await Rig.StartAsync();
        using var http = new HttpClient();
        await using var provider = new ServiceProvider(new ServiceOptions { Url = rig.Address }, http, Shipped.Catalogue, TimeProvider.System, NullLogger.Instance);
        var attributor = new Attributor(Shipped.Catalogue, [provider]);

        var found = await AskAsync(
            attributor, """{"related":[{"type":"domain","value":"a.example","tags":["port scan"]},{"type":"domain","value":"b.example"},{"type":"ip","value":"10.0.0.1","tags":["attack.t1086"]}]}""");

        Assert.Equal(["T1046", "T1059.001"], found.Techniques.Select(technique => technique.Id));
        Assert.Equal([("T1046", "a.example"), ("T1059.001", "10.0.0.1")], found.Evidence.Select(evidence => (evidence.Techniques[0], evidence.Value)));
        Assert.All(found.Evidence, evidence => Assert.Equal("service", evidence.Provider));
        Assert.False(found.Degraded);
    }

    [Theory]
    [InlineData("nope", 400, "not the JSON that /map_patterns takes")]
    [InlineData("{}", 400, "the body needs 'indicators'")]
    [InlineData("""{"indicators":[{"type":"ip"}]}""", 400, "indicators[0] needs a type and a value")]
    [InlineData("""{"indicators":[null]}""", 400, "indicators[0] needs a type and a value")]
    public async Task What_is_wrong_with_a_request_is_said(string body, int status, string message)
    {
        await using var rig = await Rig.StartAsync();
        using var http = new HttpClient();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var response = await http.PostAsync(new Uri(rig.Address, "map_patterns"), content, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(message, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_that_it_lives_and_that_an_address_is_taken()
    {
        await using var rig = await Rig.StartAsync();
        using var http = new HttpClient();

        Assert.Equal("ok", await http.GetStringAsync(new Uri(rig.Address, "health/live"), TestContext.Current.CancellationToken));
        var taken = await Assert.ThrowsAsync<ListenException>(() => rig.ListenAgainAsync());
        Assert.Contains("give another address with --listen", taken.Message, StringComparison.Ordinal);
    }

    private static async Task<StreamEnricher.Core.Attribution.Attribution> AskAsync(Attributor attributor, string json)
    {
        var builder = new ScanPlanBuilder();
        builder.AddPath(builder.AddSlot(), ["related"]);
        var length = Encoding.UTF8.GetByteCount(json);
        var buffer = new byte[length + 1 + EventBatch.Padding];
        Encoding.UTF8.GetBytes(json, buffer);
        buffer[length] = (byte)'\n';
        var scan = new ScanState();
        Assert.Equal(ScanStatus.Ok, JsonScanner.Scan(buffer, 0, length, builder.Build(), scan));
        var spec = new AttributionSpec { RelatedIndicators = new(0, "related") };
        var scratch = new AttributionScratch();
        scratch.Related.Read(buffer, scan.Slots[0]);
        var outcome = attributor.Attribute(spec, buffer, scan.Slots, new AttributionContext("high", 1_700_000_000, 0), scratch);
        return (await outcome.Pending!.CompleteAsync(scratch.Counts, TestContext.Current.CancellationToken)).Attribution;
    }

    private sealed class Rig : IAsyncDisposable
    {
        private readonly EnrichmentPlan _plan;
        private readonly IndicatorAttributor _attributor;
        private readonly MapPatternsServer _server;

        private Rig(EnrichmentPlan plan, IndicatorAttributor attributor, MapPatternsServer server) => (_plan, _attributor, _server) = (plan, attributor, server);

        public Uri Address => new(_server.Addresses.Single());

        public static async Task<Rig> StartAsync()
        {
            var bare = PipelineFile.Parse(BarePipeline.Yaml, BarePipeline.Name, [], _ => null, Inventory.BesideExecutable()).Options!;
            var options = bare with { Attribution = new AttributionOptions { Providers = [new DeclaredProviderOptions(), new TablesProviderOptions { Files = ["keywords"] }] } };
            var plan = EnrichmentPlan.Load(options, TimeProvider.System, NullLoggerFactory.Instance);
            var attributor = new IndicatorAttributor(plan, NullLoggerFactory.Instance);
            var server = await MapPatternsServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), attributor, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
            return new Rig(plan, attributor, server);
        }

        public Task<MapPatternsServer> ListenAgainAsync() =>
            MapPatternsServer.StartAsync(new IPEndPoint(IPAddress.Loopback, Address.Port), _attributor, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);

        public async ValueTask DisposeAsync()
        {
            await _server.DisposeAsync();
            _attributor.Dispose();
            await _plan.DisposeAsync();
        }
    }
}
