using BenchmarkDotNet.Attributes;
using StreamEnricher.Core.Attribution;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Encoders.Stix;
using StreamEnricher.Testing.Enrichment;

namespace StreamEnricher.Benchmarks.Encoders.Stix;

/// <summary>STIX objects of an alert, a batch of 1000 such alerts at a time: one value gives indicator, a relationship a technique, and sighting.</summary>
[MemoryDiagnoser]
public class StixEncodeBenchmarks
{
    private const int Events = 1000;

    private readonly EnrichScratch _scratch = new();
    private readonly EventBatch _batch = new(1024, 1, MemoryLease.Unlimited);
    private StixEncoder _encoder = null!;
    private RenderedAttribution _attribution = null!;
    private IndicatorValue[] _indicators = null!;
    private byte[] _text = null!;

    /// <summary>The attacker's value.</summary>
    [Params("198.51.100.3", "http://evil.example/login.php?id=1")]
    public string Value { get; set; } = "";

    /// <summary>Techniques of the alert.</summary>
    [Params(0, 2)]
    public int Techniques { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var catalogue = Shipped.Catalogue;
        _batch.TryAppend(new PartitionLease("bench", "topic", 0, [0]), 0, 0, "{}"u8, false, default, true, default);
        _encoder = new StixEncoder(new StixEncoderOptions(), catalogue, keyed: true);
        var techniques = new[] { "T1046", "T1110.001" }.Take(Techniques).Select(id => catalogue.Find(id)!);
        _attribution = new RenderedAttribution(
            new Core.Attribution.Attribution([.. techniques.Select(one => new TechniqueScore(one.Id, one.Name, one.TacticIds, 0.8))], [], [], 0.8, false), catalogue);
        _text = System.Text.Encoding.UTF8.GetBytes(Value);
        _indicators = [new IndicatorValue(Value.Contains('/', StringComparison.Ordinal) ? IndicatorType.Url : IndicatorType.Ip, IndicatorRole.Attacker, 0, _text.Length)];
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public int Encode()
    {
        using var output = new EncodedBatch(_batch, 4 << 20);
        Span<byte> id = stackalloc byte[32];
        for (var i = 0; i < Events; i++)
        {
            id.Fill((byte)('a' + (i % 6)));
            _encoder.Encode(
                new NormalizedEvent
                {
                    Batch = _batch,
                    Record = 0,
                    Buffer = default,
                    Slots = default,
                    Seconds = 1_795_489_199 + i,
                    Nanoseconds = 120_000_000,
                    EventId = id,
                    Severity = 75,
                    IsAlert = true,
                    Attribution = _attribution,
                    Indicators = _indicators,
                    IndicatorText = _text,
                    Scratch = _scratch,
                },
                output);
        }

        return output.Length;
    }
}
