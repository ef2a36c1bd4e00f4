using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Service;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Service;

/// <summary>An attributor with the service provider alone, a scripted service and a clock that stands until it is moved.</summary>
internal sealed class ServiceBench : IAsyncDisposable
{
    /// <summary>Slots: related_indicators, ip, description.</summary>
    public static readonly AttributionSpec Spec = new() { RelatedIndicators = new(0, "related_indicators"), Indicators = [new("ip", 1, "ip")] };

    private readonly HttpClient _http;
    private readonly ServiceProvider _provider;

    public ServiceBench(Func<ServiceOptions, ServiceOptions>? change = null, params AttributionProvider[] others)
    {
        // A time-out that no other test reaches by moving the clock for retries.
        var options = new ServiceOptions { Url = new Uri("http://threats.example:5004/api/"), Timeout = TimeSpan.FromHours(12) };
        _http = new HttpClient(Service) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        _provider = new ServiceProvider(change?.Invoke(options) ?? options, _http, AttributionTestData.Attack19, Time, NullLogger.Instance);
        Attributor = new Attributor(AttributionTestData.Attack19, [_provider, .. others]);
    }

    public ScriptedService Service { get; } = new();

    public SteppingTimeProvider Time { get; } = new();

    public AttributionScratch Scratch { get; } = new();

    public Attributor Attributor { get; }

    public static string Indicator(string value, params string[] tags) =>
        $$"""{"id":"id-{{value}}","type":"domain","value":"{{value}}","tags":[{{string.Join(',', tags.Select(tag => $"\"{tag}\""))}}]}""";

    public AttributionOutcome Attribute(params string[] indicators) => AttributeEvent($$"""{"related_indicators":[{{string.Join(',', indicators)}}]}""");

    public AttributionOutcome AttributeEvent(string json, AttributionSpec? spec = null)
    {
        var slotted = SlottedEvent.Parse(json, "related_indicators", "ip", "description", "technique_ids");
        Scratch.Related.Read(slotted.Buffer, slotted.Slots[0]);
        return Attributor.Attribute(spec ?? Spec, slotted.Buffer, slotted.Slots, new AttributionContext("high", 1_700_000_000, 120_000_000, 2), Scratch);
    }

    /// <summary>Moves the clock by the linger and waits for the answers.</summary>
    public Task<StreamEnricher.Core.Attribution.Attribution> CompleteAsync(AttributionOutcome outcome)
    {
        Time.Advance(TimeSpan.FromMilliseconds(5));
        return WaitAsync(outcome);
    }

    /// <summary>Moves the clock from wait to wait until the answers are there.</summary>
    public async Task<StreamEnricher.Core.Attribution.Attribution> CompleteWithRetriesAsync(AttributionOutcome outcome)
    {
        var completion = WaitAsync(outcome);
        while (!completion.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Time.TryStep();
            await Task.Yield();
        }

        return await completion;
    }

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        _http.Dispose();
    }

    private async Task<StreamEnricher.Core.Attribution.Attribution> WaitAsync(AttributionOutcome outcome)
    {
        Assert.False(outcome.IsReady);
        return (await outcome.Pending.CompleteAsync(Scratch.Counts, TestContext.Current.CancellationToken)).Attribution;
    }
}
