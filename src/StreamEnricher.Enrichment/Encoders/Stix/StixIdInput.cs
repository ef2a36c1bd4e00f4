namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>Collects what identifies an object and gives its UUIDv5; the same as <see cref="StixIds.Create"/> without an allocation.</summary>
internal ref struct StixIdInput
{
    private readonly Span<byte> _buffer;
    private int _length;

    /// <param name="buffer">Room for the namespace, the type and all parts with a byte between them.</param>
    /// <param name="type">Type of the object.</param>
    public StixIdInput(Span<byte> buffer, ReadOnlySpan<byte> type)
    {
        _buffer = buffer;
        StixIds.Namespace.TryWriteBytes(buffer, bigEndian: true, out _);
        type.CopyTo(buffer[StixIds.NamespaceLength..]);
        _length = StixIds.NamespaceLength + type.Length;
    }

    /// <summary>Adds a part.</summary>
    public void Add(scoped ReadOnlySpan<byte> part)
    {
        _buffer[_length++] = (byte)'\n';
        part.CopyTo(_buffer[_length..]);
        _length += part.Length;
    }

    /// <summary>The UUID of what was added.</summary>
    public readonly Guid Uuid() => StixIds.Uuid5(_buffer[.._length]);
}
