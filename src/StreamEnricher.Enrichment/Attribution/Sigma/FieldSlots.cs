using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Attribution.Sigma;

/// <summary>Finds a field that may stand in several slots.</summary>
internal static class FieldSlots
{
    /// <summary>The first that holds a value; an object, which may hold the value under another path, only when no other is there.</summary>
    /// <param name="candidates">Slots in the order of preference.</param>
    /// <param name="slots">The event's slots.</param>
    public static Slot First(int[] candidates, ReadOnlySpan<Slot> slots)
    {
        var found = default(Slot);
        foreach (var candidate in candidates)
        {
            var slot = slots[candidate];
            if (slot.IsPresent && (!found.IsPresent || found.Kind == TokenKind.Object))
            {
                found = slot;
            }
        }

        return found;
    }
}
