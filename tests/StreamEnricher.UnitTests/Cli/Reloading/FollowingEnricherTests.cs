using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Reloading;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Service;
using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Testing.Enrichment;
using StreamEnricher.UnitTests.Enrichment.Attribution.Service;

namespace StreamEnricher.UnitTests.Cli.Reloading;

public sealed class FollowingEnricherTests
{
    private const string Event =
        """{"timestamp":"2026-03-01T00:00:00Z","source":"198.51.100.7","destination":"10.0.0.1","event_type":"threat","severity":"high","description":"Port scan","related_indicators":[{"id":"1","type":"domain","value":"evil.example","tags":["T1046"]}],"technique_ids":[],"confidence_score":0.8}""";

    [Fact]
    public async Task A_batch_that_waits_for_a_service_that_is_replaced_begins_again_with_the_new()
    {
        using var metrics = new PipelineMetrics();
        var asked = new TaskCompletionSource();
        var silent = new ScriptedService
        {
            Before = cancellation =>
            {
                asked.TrySetResult();
                return Task.Delay(Timeout.Infinite, cancellation);
            },
        };
        await using var old = Provider(silent);
        await using var replacement = Provider(new ScriptedService());
        var versions = new[] { Version(), Version() };
        await using var current = new CurrentPipeline(versions[0]);
        var enricher = new FollowingEnricher(current, version => Enricher(version, version == versions[0] ? old : replacement, metrics));

        var waiting = enricher.EnrichAsync(EnrichmentBench.Batch(Event), TestContext.Current.CancellationToken).AsTask();
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await current.ExchangeAsync(versions[1]);
        await old.DisposeAsync();

        var enriched = await waiting;
        Assert.Empty(enriched.Rejected);
        enriched.Source.Release();
        Assert.Throws<ObjectDisposedException>(() => enriched.Source.Slab.Length);
    }

    [Fact]
    public async Task A_batch_that_is_given_up_lets_go_of_its_memory()
    {
        using var metrics = new PipelineMetrics();
        await using var provider = Provider(new ScriptedService { Before = static cancellation => Task.Delay(Timeout.Infinite, cancellation) });
        await using var current = new CurrentPipeline(Version());
        var enricher = new FollowingEnricher(current, version => Enricher(version, provider, metrics));
        using var stop = new CancellationTokenSource();
        var batch = EnrichmentBench.Batch(Event);

        var waiting = enricher.EnrichAsync(batch, stop.Token).AsTask();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Throws<ObjectDisposedException>(() => batch.Slab.Length);
    }

    private static ServiceProvider Provider(ScriptedService service) => new(
        new ServiceOptions { Url = new Uri("http://threats.example/"), OnFailure = ServiceFailureMode.Hold, BatchIndicators = 1 },
        new HttpClient(service) { Timeout = Timeout.InfiniteTimeSpan }, Shipped.Catalogue, TimeProvider.System, NullLogger.Instance);

    private static PipelineVersion Version()
    {
        var options = new PipelineOptions { Sources = [new("test", new SourceOptions { Topics = ["topic"], Format = "detection" })] };
        return new PipelineVersion(options, EnrichmentPlan.Load(options, TimeProvider.System, NullLoggerFactory.Instance, onlyRead: true));
    }

    private static EventEnricher Enricher(PipelineVersion version, ServiceProvider provider, PipelineMetrics metrics) =>
        new(version.Plan.Sources(), version.Plan.Formats, [], new Attributor(version.Plan.Catalogue, [provider]), version.Plan.Output(), metrics, NullLogger.Instance);
}
