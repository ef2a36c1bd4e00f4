using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>Finds out whether an event is of a format, and which of its cases it is: the first whose condition holds. One worker's; remembers its answers.</summary>
internal sealed class CaseSelector
{
    private readonly FormatPlan _plan;
    private readonly ConditionMemory _memory;
    private readonly bool _isUnconditional;

    public CaseSelector(FormatPlan plan)
    {
        _plan = plan;
        _memory = new ConditionMemory(plan.Recognise is null ? plan.When : plan.When.Append(plan.Recognise), plan.Scan.SlotCount);
        _isUnconditional = plan.Recognise is null && plan.When.Length == 0;
    }

    /// <summary>The case of a scanned event.</summary>
    /// <param name="buffer">Buffer that the event is in.</param>
    /// <param name="scan">The event.</param>
    /// <param name="isRecognised">The format's own condition holds, or it has none.</param>
    public CasePlan Select(ReadOnlySpan<byte> buffer, ScanState scan, out bool isRecognised)
    {
        isRecognised = true;
        if (_isUnconditional)
        {
            return _plan.Cases[^1];
        }

        var answer = _memory.Find(buffer, scan);
        if (answer < 0)
        {
            isRecognised = _plan.Recognise is null || Matches(_plan.Recognise, buffer, scan);
            answer = (FirstCase(buffer, scan) << 1) | (isRecognised ? 1 : 0);
            _memory.Keep(answer);
        }

        isRecognised = (answer & 1) != 0;
        return _plan.Cases[answer >> 1];
    }

    private int FirstCase(ReadOnlySpan<byte> buffer, ScanState scan)
    {
        var index = 0;
        while (index < _plan.When.Length && !Matches(_plan.When[index], buffer, scan))
        {
            index++;
        }

        return index;
    }

    private static bool Matches(SlotCondition condition, ReadOnlySpan<byte> buffer, ScanState scan)
    {
        var reader = new SlotReader(buffer, scan.Slots, condition.Slots);
        return condition.Condition.Matches(ref reader);
    }
}
