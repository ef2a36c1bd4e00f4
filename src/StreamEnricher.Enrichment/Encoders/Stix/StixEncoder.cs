using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Intelligence;

namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>STIX 2.1 objects, one an item, made of each event by itself.</summary>
/// <remarks>
/// Of an alert, or of an event with techniques, each of the attacker's values becomes an indicator, a relationship <c>indicates</c> to each technique, and a
/// sighting. What they refer to (identity, markings, attack-patterns) comes before its first use, once an <see cref="EncodedBatch"/>, as shared items. Ids and
/// times come from the event alone, so that a replay makes the same objects byte for byte.
/// </remarks>
internal sealed class StixEncoder : SinkEncoder
{
    private readonly StixProducer _producer;
    private readonly StixTechniques _techniques;
    private readonly bool _keyed;
    private readonly AllowList _allowed;

    /// <param name="options">Who makes the objects, and who may see them.</param>
    /// <param name="catalogue">The ATT&amp;CK release that attributions are of.</param>
    /// <param name="keyed">The items go to Kafka: each has its object's id as key. Otherwise each ends in a line feed.</param>
    /// <param name="allowed">Values that are never shared; null for none.</param>
    /// <exception cref="ArgumentException">There is no such TLP level.</exception>
    public StixEncoder(StixEncoderOptions options, AttackCatalogue catalogue, bool keyed, AllowList? allowed = null)
    {
        _allowed = allowed ?? AllowList.Empty;
        _producer = new StixProducer(options);
        _techniques = new StixTechniques(catalogue, _producer.Id);
        _keyed = keyed;
    }

    /// <inheritdoc />
    /// <remarks>An alert gives three to seven times its bytes, most events give none; a batch full of alerts lets the body grow.</remarks>
    public override double Expansion => 2;

    /// <inheritdoc />
    public override void Encode(in NormalizedEvent normalized, EncodedBatch output)
    {
        if (!normalized.IsAlert && normalized.Attribution.Attribution.Techniques.Count == 0)
        {
            return;
        }

        var side = new AttackerSide(normalized.Indicators, normalized.IndicatorText);
        var state = (StixBatchState)(output.EncoderState ??= new StixBatchState(_techniques));
        var writer = new StixEventWriter(normalized, output, state, _producer, _keyed);
        var started = false;
        foreach (ref readonly var indicator in normalized.Indicators)
        {
            var text = normalized.IndicatorText.Slice(indicator.Start, indicator.Length);
            if (!side.Has(indicator) || CanonicalValue.Write(indicator.Type, text, state.Value, out var length) is not { } kind || _allowed.Has(kind, state.Value.AsSpan(0, length)))
            {
                continue;
            }

            if (!started)
            {
                started = true;
                writer.Start(_techniques);
            }

            writer.Write(kind, state.Value.AsSpan(0, length), _techniques.Phases);
        }
    }
}
