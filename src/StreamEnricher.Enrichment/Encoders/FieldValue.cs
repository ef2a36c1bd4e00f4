using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Which bytes a value lies in.</summary>
internal enum ValuePlace : byte
{
    /// <summary>There is no value.</summary>
    None,

    /// <summary>The event itself: the token is used as the producer wrote it.</summary>
    Event,

    /// <summary>The worker's scratch: the token was made.</summary>
    Scratch,

    /// <summary>The format's constants.</summary>
    Constant,

    /// <summary>What the events of one partition have in common, see <see cref="LeaseText"/>.</summary>
    Lease,

    /// <summary><see cref="FixedTexts"/>.</summary>
    Fixed,

    /// <summary>The attribution's first text; each of its texts is a place of its own.</summary>
    Attribution,
}

/// <summary>A finished JSON token: what one field of the output gets.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct FieldValue(ValuePlace place, int start, int length)
{
    public ValuePlace Place { get; } = place;

    public int Start { get; } = start;

    public int Length { get; } = length;

    public bool IsPresent => Place != ValuePlace.None;
}
