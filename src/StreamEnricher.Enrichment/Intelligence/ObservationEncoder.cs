using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Encoders.Stix;

namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>What the aggregator counts: each of the attacker's values in an alert or an event with techniques, once an event. Items are <see cref="Observation"/>s.</summary>
/// <param name="techniques">The release that attributions are of.</param>
/// <param name="allowed">Values that are never shared.</param>
internal sealed class ObservationEncoder(StixTechniques techniques, AllowList allowed) : SinkEncoder
{
    /// <inheritdoc />
    public override double Expansion => 0.2;

    /// <inheritdoc />
    public override void Encode(in NormalizedEvent normalized, EncodedBatch output)
    {
        var scores = normalized.Attribution.Attribution.Techniques;
        if (!normalized.IsAlert && scores.Count == 0)
        {
            return;
        }

        Span<(int Index, int Confidence)> found = stackalloc (int, int)[Observation.MaxTechniques];
        var count = 0;
        for (var i = 0; i < scores.Count && count < found.Length; i++)
        {
            if (techniques.Find(scores[i].Id) is { } technique)
            {
                found[count++] = (technique.Index, StixConfidence.Of(scores[i].Confidence));
            }
        }

        var side = new AttackerSide(normalized.Indicators, normalized.IndicatorText);
        var value = ((StixBatchState)(output.EncoderState ??= new StixBatchState(techniques))).Value;
        var time = (normalized.Seconds * 1000) + (normalized.Nanoseconds / 1_000_000);
        foreach (ref readonly var indicator in normalized.Indicators)
        {
            var text = normalized.IndicatorText.Slice(indicator.Start, indicator.Length);
            if (!side.Has(indicator) || CanonicalValue.Write(indicator.Type, text, value, out var length) is not { } kind || allowed.Has(kind, value.AsSpan(0, length)))
            {
                continue;
            }

            var size = Observation.LengthOf(count, length);
            var destination = output.Reserve(size)[..size];
            Observation.Write(
                destination, time, normalized.Severity, StixConfidence.Of(normalized.Attribution.Attribution, normalized.Severity), found[..count], kind, value.AsSpan(0, length));
            if (!IsRepeated(new Observation(destination).Key, normalized.Record, output))
            {
                output.Commit(normalized.Record, size);
            }
        }
    }

    /// <summary>The event had the value already, in another spelling.</summary>
    private static bool IsRepeated(ReadOnlySpan<byte> key, int record, EncodedBatch output)
    {
        for (var i = output.Count - 1; i >= 0 && output.Items[i].Record == record; i--)
        {
            if (new Observation(output.Value(output.Items[i]).Span).Key.SequenceEqual(key))
            {
                return true;
            }
        }

        return false;
    }
}
