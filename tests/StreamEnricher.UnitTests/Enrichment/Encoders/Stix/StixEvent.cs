using StreamEnricher.Core.Attribution;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.UnitTests.Enrichment.Encoders.Stix;

/// <summary>An event for the STIX encoder: an alert of 2026-11-24T02:59:59.1209 with severity high and no technique, until told otherwise.</summary>
internal sealed record StixEvent(params (IndicatorType Type, IndicatorRole Role, string Value)[] Indicators)
{
    public AttackCatalogue Release { get; init; } = StixBench.Catalogue;

    public string EventId { get; init; } = "00112233445566778899aabbccddeeff";

    public long Seconds { get; init; } = 1_795_489_199;

    public int Nanoseconds { get; init; } = 120_999_999;

    public int Severity { get; init; } = 75;

    public bool IsAlert { get; init; } = true;

    /// <summary>Techniques with their confidence.</summary>
    public (string Id, double Confidence)[] Techniques { get; init; } = [];

    /// <summary>Overall confidence.</summary>
    public double Score { get; init; }

    public StreamEnricher.Core.Attribution.Attribution Attribution() => new([.. Techniques.Select(one => Technique(one.Id, one.Confidence))], [], [], Score, false);

    /// <summary>One indicator on the attacker's side.</summary>
    public static StixEvent Of(IndicatorType type, string value) => new((type, IndicatorRole.Attacker, value));

    private TechniqueScore Technique(string id, double confidence)
    {
        var technique = Release.Find(id);
        return new TechniqueScore(id, technique?.Name ?? id, technique?.TacticIds ?? [], confidence);
    }
}
