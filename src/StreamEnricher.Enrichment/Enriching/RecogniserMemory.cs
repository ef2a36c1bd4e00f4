using System.Buffers.Binary;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>What one worker remembers of the events that it recognised. It makes recognising faster and never changes an answer.</summary>
/// <param name="answers">Answers by the fields that decide.</param>
internal sealed class RecogniserMemory(ConditionMemory answers)
{
    private const int PlaceBits = 6;

    private readonly FormatPlan?[] _expected = new FormatPlan?[1 << PlaceBits];

    /// <summary>Answers by the fields that decide.</summary>
    public ConditionMemory Answers { get; } = answers;

    /// <summary>The fields that decide, of the event in question.</summary>
    public ScanState Fields { get; } = new();

    /// <summary>The format of the last event that began with the same bytes: topics with several producers take turns.</summary>
    public ref FormatPlan? Expected(in EventText source)
    {
        // The padding behind an event makes eight bytes readable.
        var start = BinaryPrimitives.ReadUInt64LittleEndian(source.Buffer.AsSpan(source.Start, sizeof(ulong)));
        return ref _expected[(start * 0x9E3779B97F4A7C15UL) >> (64 - PlaceBits)];
    }
}
