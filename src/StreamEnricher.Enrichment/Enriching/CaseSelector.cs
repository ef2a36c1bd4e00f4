using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>Finds the case of a format that an event is: the first whose condition holds.</summary>
internal static class CaseSelector
{
    public static CasePlan Select(FormatPlan plan, ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots)
    {
        for (var i = 0; i < plan.When.Length; i++)
        {
            var condition = plan.When[i];
            var reader = new SlotReader(buffer, slots, condition.Slots);
            if (condition.Condition.Matches(ref reader))
            {
                return plan.Cases[i];
            }
        }

        return plan.Cases[^1];
    }
}
