using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Writes events in one sink's wire format. One instance a sink; <see cref="Encode"/> is called by several workers at once and keeps no state of an event.</summary>
internal abstract class SinkEncoder
{
    /// <summary>Expected bytes of output for one byte of input, to size the body.</summary>
    public abstract double Expansion { get; }

    /// <summary>Appends the event's item or items to <paramref name="output"/>; none when the sink has nothing to say of it.</summary>
    public abstract void Encode(in NormalizedEvent normalized, EncodedBatch output);
}
