using System.Runtime.InteropServices;

namespace StreamEnricher.Core.Batches;

/// <summary>One item of an <see cref="EncodedBatch"/>: a bulk action with its document, a HEC envelope, a STIX object, a common event.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct EncodedItem(int record, int start, int length, int keyLength = 0, bool shared = false)
{
    /// <summary>Index of the record in <see cref="EncodedBatch.Source"/>.</summary>
    public int Record { get; } = record;

    /// <summary>First byte of the value in the body.</summary>
    public int Start { get; } = start;

    /// <summary>Length of the value in bytes.</summary>
    public int Length { get; } = length;

    /// <summary>Length of the key (Kafka outputs), which lies in the body directly before <see cref="Start"/>; 0 for none.</summary>
    public int KeyLength { get; } = keyLength;

    /// <summary>The object belongs to no single event (identity, marking, attack-pattern): it carries no event_id header.</summary>
    public bool Shared { get; } = shared;
}
