using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Encoders.Stix;

namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>A technique that an indicator indicates.</summary>
/// <param name="Technique">The technique.</param>
/// <param name="Confidence">0 to 100, of the event that brought it.</param>
/// <param name="Since">When it was first seen with the value, milliseconds since 1970: created and modified of the relationship.</param>
internal readonly record struct IndicatedTechnique(StixTechnique Technique, int Confidence, long Since);

/// <summary>One version of an indicator. Times are milliseconds since 1970-01-01 UTC. Immutable.</summary>
/// <remarks>
/// What a version says only ever grows (techniques, the severity's word, the confidence's band, the end of validity), so a value has few versions however many events name it, and
/// their order does not matter much.
/// </remarks>
/// <param name="Created">Time of the first event ever.</param>
/// <param name="Modified">Time of the event that made this version; each later than the one before.</param>
/// <param name="ValidUntil">End of validity; 0 for good.</param>
/// <param name="Severity">0 to 100.</param>
/// <param name="Confidence">0 to 100.</param>
/// <param name="Techniques">In the order in which they came.</param>
internal sealed record IndicatorVersion(long Created, long Modified, long ValidUntil, int Severity, int Confidence, IReadOnlyList<IndicatedTechnique> Techniques)
{
    /// <summary>The last moment that STIX can say.</summary>
    private const long Latest = 253_402_300_799_000;

    /// <summary>The first version of a value.</summary>
    public static IndicatorVersion First(StixKind kind, in Observation observation, long time, StixTechniques techniques)
    {
        var found = new IndicatedTechnique[observation.Techniques];
        for (var i = 0; i < found.Length; i++)
        {
            var (index, confidence) = observation.Technique(i);
            found[i] = new IndicatedTechnique(techniques[index], confidence, time);
        }

        return new IndicatorVersion(time, time, End(kind, time), observation.Severity, observation.Confidence, found);
    }

    /// <summary>Whether an observation says nothing that this version does not.</summary>
    public bool Covers(StixKind kind, in Observation observation, long time)
    {
        if (Band(observation.Confidence) > Band(Confidence) || IsWorse(observation.Severity) || IsDue(kind, time))
        {
            return false;
        }

        for (var i = 0; i < observation.Techniques; i++)
        {
            if (!Has(observation.Technique(i).Index))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The version that says also what an observation says.</summary>
    public IndicatorVersion With(StixKind kind, in Observation observation, long time, StixTechniques techniques)
    {
        var modified = Math.Max(time, Modified + 1);
        var all = new List<IndicatedTechnique>(Techniques);
        for (var i = 0; i < observation.Techniques; i++)
        {
            var (index, confidence) = observation.Technique(i);
            if (!Has(index))
            {
                all.Add(new IndicatedTechnique(techniques[index], confidence, modified));
            }
        }

        return this with
        {
            Modified = modified,
            ValidUntil = IsDue(kind, time) ? End(kind, time) : ValidUntil,
            Severity = IsWorse(observation.Severity) ? observation.Severity : Severity,
            Confidence = Band(observation.Confidence) > Band(Confidence) ? observation.Confidence : Confidence,
            Techniques = all,
        };
    }

    /// <summary>None, low, medium, high: what consumers make of a confidence.</summary>
    private static int Band(int confidence) => confidence switch { 0 => 0, < 30 => 1, < 70 => 2, _ => 3 };

    private static long End(StixKind kind, long time) => kind.Lifetime == 0 || time + (kind.Lifetime * 1000) > Latest ? 0 : time + (kind.Lifetime * 1000);

    private bool IsWorse(int severity) => severity > Severity && !SeverityWords.Token(severity).SequenceEqual(SeverityWords.Token(Severity));

    /// <summary>Half of the validity is gone.</summary>
    private bool IsDue(StixKind kind, long time) => ValidUntil != 0 && time > ValidUntil - (kind.Lifetime * 500);

    private bool Has(int technique)
    {
        for (var i = 0; i < Techniques.Count; i++)
        {
            if (Techniques[i].Technique.Index == technique)
            {
                return true;
            }
        }

        return false;
    }
}
