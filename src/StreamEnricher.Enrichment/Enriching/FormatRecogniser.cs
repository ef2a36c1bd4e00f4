using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Formats.Decoding;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>Finds the format of an event by its content (<c>format: auto</c>): the first, in order, whose condition holds.</summary>
/// <remarks>
/// The answer depends on the fields of all conditions, and so on the event alone and never on what came before it. What came before says whose format's scan is tried
/// first: where it is the event's, nothing is scanned twice.
/// </remarks>
internal sealed class FormatRecogniser
{
    private readonly (FormatPlan Plan, SlotCondition Condition)[] _formats;
    private readonly Reading[] _readings;
    private readonly ScanPlan _scan;
    private readonly Dictionary<FormatPlan, RecognitionFields> _found = [];
    private readonly FormatPlan _fallback;

    /// <param name="formats">Formats in the order of preference; those without a condition are passed over, unless their events are text.</param>
    /// <param name="fallback">The format of events that no condition takes.</param>
    public FormatRecogniser(IEnumerable<FormatPlan> formats, FormatPlan fallback)
    {
        var slots = new SlotTable([""]);
        var plans = formats.ToList();
        _formats = [.. plans.Where(plan => plan.RecogniseCondition is not null).Select(plan => (plan, ConditionOf(plan, slots)!))];
        _readings = [.. plans
            .Where(plan => plan.Decode is not null)
            .GroupBy(plan => plan.Decode!.Form)
            .OrderBy(group => group.Key)
            .Select(group => new Reading(
                group.Key,
                [.. group.SelectMany(plan => plan.Decode!.Members).Distinct(StringComparer.Ordinal).Select(slots.SlotOf)],
                [.. group.Select(plan => (plan, ConditionOf(plan, slots)))]))];
        _scan = slots.Build();
        _fallback = fallback;
        foreach (var plan in plans.Append(fallback))
        {
            if (RecognitionFields.Of(_scan, plan.Scan) is { } fields)
            {
                _found.Add(plan, fields);
            }
        }
    }

    /// <summary>The fields by which events are recognised, and those that may hold text.</summary>
    public static IReadOnlyList<string> FieldsOf(IEnumerable<FormatDefinition> formats) =>
        [.. formats.SelectMany(format => (format.Recognise?.Fields ?? []).Concat(format.Decode?.Members ?? [])).Distinct(StringComparer.Ordinal)];

    /// <summary>The event's format. Text, and an object that carries text which a format reads, is decoded: <paramref name="source"/> is then the object made of it.</summary>
    /// <param name="source">The event.</param>
    /// <param name="recordSeconds">The record's time, seconds since 1970-01-01 UTC.</param>
    /// <param name="state">Memory of the scan.</param>
    /// <param name="decoder">Memory of the decoding.</param>
    /// <param name="memory">The worker's memory; made when it is null.</param>
    /// <param name="status">What the scan found wrong; the format says nothing then.</param>
    /// <param name="isDecoded">The source is what was made of text.</param>
    /// <param name="isScanned"><paramref name="state"/> holds the scan of the source by the format that is returned.</param>
    public FormatPlan Recognise(
        ref EventText source, long recordSeconds, ScanState state, EventDecoder decoder, ref RecogniserMemory? memory, out ScanStatus status, out bool isDecoded, out bool isScanned)
    {
        isDecoded = isScanned = false;
        memory ??= new RecogniserMemory(new ConditionMemory(_formats.Select(format => format.Condition), _scan.SlotCount));
        if (EventDecoder.IsText(source.Trimmed))
        {
            foreach (var reading in _readings)
            {
                if (decoder.Value(reading.Form, source.Trimmed, recordSeconds, sure: true) is >= 0 and var length && Choose(reading, new EventText(decoder.Decoded, 0, length), memory.Fields) is { } plan)
                {
                    source = new EventText(decoder.Decoded, 0, length);
                    status = ScanStatus.Ok;
                    isDecoded = true;
                    return plan;
                }
            }
        }

        ref var expected = ref memory.Expected(source);
        var fields = expected is null ? null : _found.GetValueOrDefault(expected);
        var tried = fields is null ? null : expected;
        status = tried is null ? ScanStatus.Ok : JsonScanner.Scan(source.Buffer, source.Start, source.Length, tried.Scan, state);
        if (status == ScanStatus.Ok && (fields is null || !fields.TryTake(state, memory.Fields)))
        {
            status = JsonScanner.Scan(source.Buffer, source.Start, source.Length, _scan, memory.Fields);
            state.ErrorAt = memory.Fields.ErrorAt;
        }

        if (status != ScanStatus.Ok)
        {
            return _fallback;
        }

        var answer = memory.Answers.Find(source.Buffer, memory.Fields);
        if (answer < 0)
        {
            answer = FirstFormat(source.Buffer, memory.Fields);
            memory.Answers.Keep(answer);
        }

        expected = answer < _formats.Length ? _formats[answer].Plan : Carried(ref source, recordSeconds, memory.Fields, decoder, out isDecoded) ?? _fallback;
        isScanned = !isDecoded && ReferenceEquals(expected, tried);
        return expected;
    }

    private int FirstFormat(ReadOnlySpan<byte> buffer, ScanState state)
    {
        var index = 0;
        while (index < _formats.Length && !Holds(_formats[index].Condition, buffer, state))
        {
            index++;
        }

        return index;
    }

    private static SlotCondition? ConditionOf(FormatPlan plan, SlotTable slots) =>
        plan.RecogniseCondition is not { } condition ? null : new SlotCondition(condition, [.. condition.Fields.Select(slots.SlotOf)]);

    private static bool Holds(SlotCondition condition, ReadOnlySpan<byte> buffer, ScanState state)
    {
        var reader = new SlotReader(buffer, state.Slots, condition.Slots);
        return condition.Condition.Matches(ref reader);
    }

    /// <summary>Text in a member of an object that is of no format itself.</summary>
    private FormatPlan? Carried(ref EventText source, long recordSeconds, ScanState state, EventDecoder decoder, out bool isDecoded)
    {
        isDecoded = false;
        foreach (var reading in _readings)
        {
            foreach (var slot in reading.Slots)
            {
                var member = state.Slots[slot];
                if (member.IsString && decoder.Member(reading.Form, member, source.Buffer, source.Trimmed, recordSeconds) is >= 0 and var length)
                {
                    var decoded = new EventText(decoder.Decoded, 0, length);
                    var plan = Choose(reading, decoded, state);
                    isDecoded = plan is not null;
                    source = isDecoded ? decoded : source;
                    return plan;
                }
            }
        }

        return null;
    }

    /// <summary>Among the formats whose events are written in one form, the one that the decoded event is of.</summary>
    private FormatPlan? Choose(Reading reading, EventText decoded, ScanState state)
    {
        if (JsonScanner.Scan(decoded.Buffer, decoded.Start, decoded.Length, _scan, state) != ScanStatus.Ok)
        {
            return null;
        }

        foreach (var (plan, condition) in reading.Plans)
        {
            if (condition is null || Holds(condition, decoded.Buffer, state))
            {
                return plan;
            }
        }

        return null;
    }

    /// <summary>A form of text, the members that may hold it, and the formats that read it.</summary>
    private sealed record Reading(TextForm Form, int[] Slots, (FormatPlan Plan, SlotCondition? Condition)[] Plans);
}
