using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>
/// What one worker knows of a case's rules: which of them an event needs to run, by the fields that it has. Those without a source among them give their constant, or
/// nothing, as prepared here. Events of one kind have the same fields, so the plans are few; should they become many, they are made again.
/// </summary>
internal sealed class RulePlans
{
    private const int PlaceBits = 6;
    private const int MostPlans = 1024;

    private readonly CompiledRule[] _rules;
    private readonly int _words;
    private readonly Plan?[] _places = new Plan?[1 << PlaceBits];
    private int _count;

    public RulePlans(FormatPlan plan, CasePlan one)
    {
        _rules = one.Rules;
        _words = Bits.Words(plan.Scan.SlotCount);
        Values = new FieldValue[one.ValueCount];
        PresentValues = new ulong[Bits.Words(one.ValueCount)];
        foreach (var rule in one.Rules)
        {
            if (rule.Default is { } constant)
            {
                Values[rule.Value] = new FieldValue(ValuePlace.Constant, constant.Start, constant.Length);
                Bits.Set(PresentValues, rule.Value);
            }
        }
    }

    /// <summary>The values of an event that has none of the sources.</summary>
    public FieldValue[] Values { get; }

    /// <summary>Which of <see cref="Values"/> are present.</summary>
    public ulong[] PresentValues { get; }

    /// <summary>The rules to run, in their order.</summary>
    /// <param name="present">The event's slots.</param>
    public RuleStep[] Of(ReadOnlySpan<ulong> present)
    {
        present = present[.._words];
        ref var place = ref _places[Bits.Hash(present) >> (64 - PlaceBits)];
        for (var plan = place; plan is not null; plan = plan.Next)
        {
            if (present.SequenceEqual(plan.Present))
            {
                return plan.Steps;
            }
        }

        if (_count++ == MostPlans)
        {
            Array.Clear(_places);
            _count = 1;
        }

        place = new Plan(present.ToArray(), Steps(present), place);
        return place.Steps;
    }

    private RuleStep[] Steps(ReadOnlySpan<ulong> present)
    {
        var steps = new List<RuleStep>();
        foreach (var rule in _rules)
        {
            foreach (var source in rule.Sources)
            {
                if (Bits.Has(present, source.Slot))
                {
                    steps.Add(RuleStep.Of(rule, source));
                    break;
                }
            }
        }

        return [.. steps];
    }

    private sealed record Plan(ulong[] Present, RuleStep[] Steps, Plan? Next);
}
