using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Encoders.Stix;

namespace StreamEnricher.UnitTests.Enrichment.Encoders.Stix;

/// <summary>A STIX encoder with a release of four techniques, and events put together by hand.</summary>
internal sealed class StixBench : IDisposable
{
    public const string PowerShellId = "attack-pattern--970a3432-3237-47ad-bcca-7d8cbb217736";

    private readonly EventBatch _batch = new(1024, 8, MemoryLease.Unlimited);
    private readonly StixEncoder _encoder;
    private readonly EnrichScratch _scratch = new();

    public StixBench(StixEncoderOptions? options = null, bool keyed = true, AttackCatalogue? release = null)
    {
        var lease = new PartitionLease("test", "topic", 0, [0]);
        for (var i = 0; i < 8; i++)
        {
            _batch.TryAppend(lease, i, 0, "{}"u8, false, default, true, default);
        }

        _encoder = new StixEncoder(options ?? new StixEncoderOptions { ProducerName = "ACME \"SOC\"" }, release ?? Catalogue, keyed);
    }

    public static AttackCatalogue Catalogue { get; } = new(
        "19",
        [
            Technique("T1046", "Network Service Discovery", ["TA0007"], "2025-04-15T22:55:13.141Z"),
            Technique("T1059", "Command and Scripting Interpreter", ["TA0002"], null),
            Technique("T1059.001", "PowerShell", ["TA0002"], "2025-10-24T17:48:57.520Z", PowerShellId),
            Technique("T1055.013", "Process Doppelgänging", ["TA0004", "TA0002"], "2025-10-24T17:48:57.520Z"),
        ],
        [
            new Tactic("TA0007", "Discovery", "discovery", 9),
            new Tactic("TA0002", "Execution", "execution", 4),
            new Tactic("TA0004", "Privilege Escalation", "privilege-escalation", 6),
        ]);

    /// <summary>Encodes events into one batch; the record of an event is its place.</summary>
    public List<StixItem> Encode(params StixEvent[] events)
    {
        using var output = new EncodedBatch(_batch, 64);
        for (var i = 0; i < events.Length; i++)
        {
            Encode(events[i], i, output);
        }

        var items = new List<StixItem>();
        foreach (ref readonly var item in output.Items)
        {
            items.Add(new StixItem(Encoding.UTF8.GetString(output.Key(item).Span), Encoding.UTF8.GetString(output.Value(item).Span), item.Record, item.Shared));
        }

        return items;
    }

    public void Dispose() => _batch.Release();

    /// <summary>Encodes one event.</summary>
    public void Encode(StixEvent one, int record, EncodedBatch output)
    {
        _scratch.IndicatorText.Reset();
        var text = new List<byte>();
        var indicators = new List<IndicatorValue>();
        foreach (var (type, role, value) in one.Indicators)
        {
            var bytes = Encoding.UTF8.GetBytes(value);
            indicators.Add(new IndicatorValue(type, role, text.Count, bytes.Length));
            text.AddRange(bytes);
        }

        _encoder.Encode(
            new NormalizedEvent
            {
                Batch = _batch,
                Record = record,
                Buffer = default,
                Slots = default,
                Seconds = one.Seconds,
                Nanoseconds = one.Nanoseconds,
                EventId = Encoding.ASCII.GetBytes(one.EventId),
                Severity = one.Severity,
                IsAlert = one.IsAlert,
                Attribution = new RenderedAttribution(one.Attribution(), one.Release),
                Indicators = indicators.ToArray(),
                IndicatorText = text.ToArray(),
                Scratch = _scratch,
            },
            output);
    }

    private static Technique Technique(string id, string name, string[] tactics, string? modified, string? stixId = null) =>
        new(id, name, id.Contains('.', StringComparison.Ordinal) ? id[..5] : null, tactics, "https://attack.mitre.org/techniques/" + id.Replace('.', '/'), stixId, modified);
}
