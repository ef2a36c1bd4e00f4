using System.Text.Json;
using BenchmarkDotNet.Attributes;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Testing;

namespace StreamEnricher.Benchmarks.Attribution;

/// <summary>Attribution of a 400-byte detection event whose findings have been seen before: declared ids, signature table and keywords.</summary>
[MemoryDiagnoser]
public class AttributeBenchmarks
{
    private static readonly string[] Fields = ["technique_ids", "confidence_score", "description", "related_indicators", "rule"];

    private readonly AttributionScratch _scratch = new();
    private readonly Slot[] _slots = new Slot[5];
    private byte[] _event = [];
    private Attributor _attributor = null!;
    private AttributionSpec _declared = null!;
    private AttributionSpec _all = null!;

    [GlobalSetup]
    public void Setup()
    {
        _event = """
            {"timestamp":"2026-11-24T12:00:00.123Z","source":"203.0.113.77","destination":"10.20.30.40","event_type":"threat","severity":"high","description":"SQL injection attempt against the login form of shop.example, 14 requests in 10 s","technique_ids":["T1190","T1059.007"],"confidence_score":0.87,"rule":2000306,"related_indicators":[{"id":"ind-1","type":"ip","value":"203.0.113.77","tags":["scanner","brute-force"]}]}
            """u8.ToArray();
        FindSlots();
        Array.Resize(ref _event, _event.Length + EventBatch.Padding);
        _scratch.Related.Read(_event, _slots[3]);
        var data = new ShippedData(Repository.PathOf("data"));
        var catalogue = data.LoadCatalogue("19");
        _attributor = new Attributor(catalogue, [new DeclaredProvider(catalogue), data.LoadTables(["et-open", ShippedData.Keywords], catalogue)]);
        _declared = new AttributionSpec { Declared = [new(0, "technique_ids")], Confidence = 1 };
        _all = new AttributionSpec
        {
            Declared = _declared.Declared,
            Confidence = 1,
            Tables = [new("et-open", 4, "rule")],
            Keywords = [new(2, "description")],
            RelatedIndicators = new(3, "related_indicators"),
        };
    }

    [Benchmark(Baseline = true)]
    public object? Declared() => Attribute(_declared);

    [Benchmark]
    public object? DeclaredTablesAndKeywords() => Attribute(_all);

    private RenderedAttribution? Attribute(AttributionSpec spec) =>
        _attributor.Attribute(spec, _event, _slots, new AttributionContext("high", 1_795_521_600, 0), _scratch).Ready;

    private void FindSlots()
    {
        var reader = new Utf8JsonReader(_event);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var slot = Array.IndexOf(Fields, reader.GetString());
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var kind = reader.TokenType switch
            {
                JsonTokenType.String => TokenKind.String,
                JsonTokenType.Number => TokenKind.Number,
                _ => TokenKind.Array,
            };
            reader.Skip();
            if (slot >= 0)
            {
                _slots[slot] = new Slot(start, (int)reader.BytesConsumed - start, kind);
            }
        }
    }
}
