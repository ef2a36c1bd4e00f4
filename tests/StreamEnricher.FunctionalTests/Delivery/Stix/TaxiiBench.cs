using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Pacing;
using StreamEnricher.Delivery.Taxii;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery.Stix;

/// <summary>A TAXII destination against a scripted server, with a clock that skips waits.</summary>
internal sealed class TaxiiBench : IAsyncDisposable
{
    private TaxiiBench(ScriptedServer server, Func<TaxiiOptions, TaxiiOptions> configure)
    {
        Server = server;
        Store = new TaxiiStore(server);
        Options = configure(new TaxiiOptions
        {
            Name = "intel",
            ApiRoot = new Uri(server.Url, TaxiiStore.Root),
            Collection = TaxiiStore.Collection,
            Username = "producer",
            Password = "secret",
            RateLimit = new RateLimit(1e9, IsBytes: false),
            Http = new HttpSettings { Timeout = SkippingClock.NeverByItself },
        });
        Destination = new TaxiiDestination(Options, Counters.Metrics, Clock, NullLogger<TaxiiDestination>.Instance);
    }

    public ScriptedServer Server { get; }

    public TaxiiStore Store { get; }

    public TaxiiOptions Options { get; }

    public TaxiiDestination Destination { get; }

    public SinkCounters Counters { get; } = new();

    public SkippingClock Clock { get; } = new();

    /// <summary>Names of the objects of each envelope, in order.</summary>
    public IEnumerable<string> Sent => Server.Requests
        .Where(static request => request.Method == "POST")
        .Select(static request => string.Join(' ', JsonNode.Parse(request.Text)!["objects"]!.AsArray().Select(static one => (string?)one!["name"])));

    public (long Delivered, long Duplicate, long Rejected) Counts => (Counters.Events("delivered"), Counters.Events("duplicate"), Counters.Events("rejected"));

    public static async Task<TaxiiBench> StartAsync(Func<TaxiiOptions, TaxiiOptions>? configure = null) => new(await ScriptedServer.StartAsync(), configure ?? (static options => options));

    /// <summary>Answers to the next envelopes, behind the questions for API root and collection.</summary>
    public void Then(params ReadOnlySpan<ScriptedReply> replies) => Server.Then([ScriptedReply.Normal, ScriptedReply.Normal, .. replies]);

    /// <summary>Delivers indicators 1, 2, 3, … behind their identity.</summary>
    public Task<IReadOnlyList<RefusedStixObject>> DeliverAsync(int indicators) => DeliverAsync(StixObjects.Group(indicators));

    public async Task<IReadOnlyList<RefusedStixObject>> DeliverAsync(params IReadOnlyList<StixDelivery> objects) =>
        await Destination.DeliverAsync(objects, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Destination.DisposeAsync();
        await Server.DisposeAsync();
        Counters.Dispose();
    }
}
