using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Enrichment.Encoders.Stix;
using StreamEnricher.Enrichment.Intelligence;
using StreamEnricher.UnitTests.Enrichment.Encoders.Stix;

namespace StreamEnricher.UnitTests.Enrichment.Intelligence;

/// <summary>A sink that aggregates one partition or several, its state, and the objects that it delivered; processes come and go.</summary>
internal sealed class AggregationRig : IAsyncDisposable
{
    public const long Hour = 3_600_000;

    private readonly AggregationOptions _options;
    private readonly GraphLayout _layout;
    private readonly Recorder _recorder = new();
    private PartitionLease _lease = new("test", "events", 0, [0]);
    private AggregatingSink _sink;

    public AggregationRig(AggregationOptions? options = null, TimeProvider? time = null, bool selfContained = false)
    {
        (_options, _layout, Time) = (options ?? new AggregationOptions(), new GraphLayout(Keyed: false, selfContained), time ?? TimeProvider.System);
        _sink = Start();
    }

    public TimeProvider Time { get; }

    public MemoryStore Store { get; } = new();

    public ObservationAggregator Aggregator => _sink.Aggregator;

    /// <summary>Called before and after each delivery; throws to crash.</summary>
    public Action Step
    {
        set => _recorder.Step = value;
    }

    /// <summary>All objects in the order of delivery.</summary>
    public List<JsonNode> Objects => [.. _recorder.Lines.Select(static line => JsonNode.Parse(line)!)];

    /// <summary>The lines as they are, each once.</summary>
    public SortedSet<string> Distinct => new(_recorder.Lines, StringComparer.Ordinal);

    /// <summary>Value, window end, first, last and count of each sighting, each id once.</summary>
    public List<string> Sightings
    {
        get
        {
            var names = Objects.Where(static one => Type(one) == "indicator").DistinctBy(static one => (string)one["id"]!).ToDictionary(static one => (string)one["id"]!, static one => (string)one["name"]!);
            return [.. Objects.Where(static one => Type(one) == "sighting").DistinctBy(static one => (string)one["id"]!).Select(
                one => $"{names[(string)one["sighting_of_ref"]!]} {Clock(one["modified"]!)} {Clock(one["first_seen"]!)}-{Clock(one["last_seen"]!)} {one["count"]}").Order(StringComparer.Ordinal)];
        }
    }

    public static string Type(JsonNode one) => (string)one["type"]!;

    /// <summary>Another process takes the partition over.</summary>
    public async Task RestartAsync()
    {
        await _sink.DisposeAsync();
        _lease.Revoke();
        _lease = new PartitionLease("test", "events", 0, [0]);
        _sink = Start();
    }

    /// <summary>Delivers events as one batch.</summary>
    public async Task<IReadOnlyList<RejectedRecord>> DeliverAsync(long offset, params IReadOnlyList<Seen> events)
    {
        var batch = new EventBatch(1 << 16, Math.Max(1, events.Count), MemoryLease.Unlimited);
        try
        {
            using var encoded = new EncodedBatch(batch, 1024);
            for (var i = 0; i < events.Count; i++)
            {
                var (time, value) = events[i];
                batch.TryAppend(_lease, offset + i, events[i].Timestamp ?? time, "{}"u8, false, default, true, default);
                var text = Encoding.UTF8.GetBytes(value);
                (int, int)[] techniques = [.. events[i].Techniques.Select(static index => (index, 70))];
                var size = Observation.LengthOf(techniques.Length, text.Length);
                Observation.Write(encoded.Reserve(size)[..size], time, events[i].Severity, events[i].Confidence, techniques, StixKind.IPv4, text);
                encoded.Commit(i, size);
            }

            return await _sink.DeliverAsync(encoded, CancellationToken.None);
        }
        finally
        {
            batch.Release();
        }
    }

    public Task CloseIdleAsync() => _sink.CloseIdleAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => _sink.DisposeAsync();

    private static string Clock(JsonNode time) => ((string)time!)[11..19];

    private AggregatingSink Start()
    {
        var producer = new StixProducer(new StixEncoderOptions { ProducerName = "ACME" });
        return new AggregatingSink(
            _recorder, Store, _options, producer, new StixTechniques(StixBench.Catalogue, producer.Id), _layout, Time, NullLogger<AggregatingSink>.Instance);
    }

    private sealed class Recorder : IEventSink
    {
        public string Name => "intel";

        public SinkHealth Health { get; } = new(TimeProvider.System);

        public List<string> Lines { get; } = [];

        public Action Step { get; set; } = static () => { };

        public ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
        {
            Step();
            foreach (ref readonly var item in batch.Items)
            {
                Lines.Add(Encoding.UTF8.GetString(batch.Value(item).Span).TrimEnd('\n'));
            }

            Step();
            return ValueTask.FromResult<IReadOnlyList<RejectedRecord>>([]);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
