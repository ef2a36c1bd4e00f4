using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>A part of what no slot takes. In their order they rebuild the event without its mapped members, with commas between members as needed.</summary>
/// <param name="kind">What it is.</param>
/// <param name="level">Level of a run's members, or of the object that opens or closes.</param>
/// <param name="start">Index of the slice's first byte in the buffer.</param>
/// <param name="length">Length of the slice in bytes.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly struct UnmappedSegment(SegmentKind kind, int level, int start, int length)
{
    /// <summary>What it is.</summary>
    public SegmentKind Kind { get; } = kind;

    /// <summary>Level of a run's members, or of the object that opens or closes; 0 is the event.</summary>
    public int Level { get; } = level;

    /// <summary>Index of the slice's first byte in the buffer.</summary>
    public int Start { get; } = start;

    /// <summary>Length of the slice in bytes.</summary>
    public int Length { get; } = length;
}
