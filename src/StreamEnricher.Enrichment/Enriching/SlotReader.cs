using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>Lets a condition read scanned slots.</summary>
internal readonly ref struct SlotReader(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, int[] slotOfField) : IFieldReader
{
    private readonly ReadOnlySpan<byte> _buffer = buffer;
    private readonly ReadOnlySpan<Slot> _slots = slots;
    private readonly int[] _slotOfField = slotOfField;

    /// <inheritdoc />
    public FieldToken Get(int field)
    {
        var slot = _slots[_slotOfField[field]];
        return new FieldToken(slot.Token(_buffer), slot.Kind);
    }
}
