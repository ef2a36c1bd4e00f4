using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>Finds the format of an event by its content (<c>format: auto</c>): the first, in order, whose condition holds.</summary>
/// <remarks>One scan collects the fields of all conditions, so the answer depends on the event alone and never on what came before it.</remarks>
internal sealed class FormatRecogniser
{
    private readonly (FormatPlan Plan, SlotCondition Condition)[] _formats;
    private readonly ScanPlan _scan;
    private readonly FormatPlan _fallback;

    /// <param name="formats">Formats in the order of preference; those without a condition are passed over.</param>
    /// <param name="fallback">The format of events that no condition takes.</param>
    public FormatRecogniser(IEnumerable<FormatPlan> formats, FormatPlan fallback)
    {
        var slots = new SlotTable([""]);
        _formats = [.. formats
            .Where(plan => plan.RecogniseCondition is not null)
            .Select(plan => (plan, new SlotCondition(plan.RecogniseCondition!, [.. plan.RecogniseCondition!.Fields.Select(slots.SlotOf)])))];
        _scan = slots.Build();
        _fallback = fallback;
    }

    /// <summary>The event's format.</summary>
    /// <param name="status">What the scan found wrong; the format says nothing then.</param>
    public FormatPlan Recognise(byte[] buffer, int start, int length, ScanState state, out ScanStatus status)
    {
        status = JsonScanner.Scan(buffer, start, length, _scan, state);
        if (status == ScanStatus.Ok)
        {
            foreach (var (plan, condition) in _formats)
            {
                var reader = new SlotReader(buffer, state.Slots, condition.Slots);
                if (condition.Condition.Matches(ref reader))
                {
                    return plan;
                }
            }
        }

        return _fallback;
    }
}
