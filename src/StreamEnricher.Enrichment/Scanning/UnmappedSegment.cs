using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>Kinds of segments.</summary>
internal enum SegmentKind : byte
{
    /// <summary>Consecutive members that no slot takes, from the first name's quote to the end of the last value.</summary>
    Run,

    /// <summary>A known object begins; the slice is its name with quotes.</summary>
    Open,

    /// <summary>The known object ends.</summary>
    Close,
}

/// <summary>A part of what no slot takes, in the order of the event.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct UnmappedSegment(SegmentKind kind, int level, int start, int length)
{
    public SegmentKind Kind { get; } = kind;

    /// <summary>Level of the members of a run; of the object that opens or closes.</summary>
    public int Level { get; } = level;

    /// <summary>First byte in the buffer.</summary>
    public int Start { get; } = start;

    /// <summary>Length in bytes.</summary>
    public int Length { get; } = length;
}
