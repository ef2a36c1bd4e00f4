using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Which rules of a case an event needs to run: those that one of its fields is a source of. All others give their constant, or nothing, as prepared here.</summary>
internal sealed class RuleIndex
{
    private readonly ulong[] _rulesOfSlots;
    private readonly ulong[] _sources;
    private readonly int _words;

    public RuleIndex(FormatPlan plan, CasePlan one)
    {
        _words = Bits.Words(one.Rules.Length);
        _rulesOfSlots = new ulong[plan.Scan.SlotCount * _words];
        _sources = new ulong[Bits.Words(plan.Scan.SlotCount)];
        Values = new FieldValue[one.ValueCount];
        PresentValues = new ulong[Bits.Words(one.ValueCount)];
        for (var i = 0; i < one.Rules.Length; i++)
        {
            var rule = one.Rules[i];
            foreach (var source in rule.Sources)
            {
                Bits.Set(_sources, source.Slot);
                Bits.Set(_rulesOfSlots.AsSpan(source.Slot * _words, _words), i);
            }

            if (rule.Default is { } constant)
            {
                Values[rule.Value] = new FieldValue(ValuePlace.Constant, constant.Start, constant.Length);
                Bits.Set(PresentValues, rule.Value);
            }
        }
    }

    /// <summary>Words of a set of rules.</summary>
    public int Words => _words;

    /// <summary>The values of an event that has none of the sources.</summary>
    public FieldValue[] Values { get; }

    /// <summary>Which of <see cref="Values"/> are present.</summary>
    public ulong[] PresentValues { get; }

    /// <summary>Fills <paramref name="rules"/> with the rules to run.</summary>
    /// <param name="present">The event's slots.</param>
    /// <param name="rules">As many words as <see cref="Words"/>.</param>
    public void Collect(ReadOnlySpan<ulong> present, Span<ulong> rules)
    {
        rules.Clear();
        for (var word = 0; word < _sources.Length; word++)
        {
            for (var slots = present[word] & _sources[word]; slots != 0;)
            {
                var from = Bits.Take(ref slots, word) * _words;
                for (var i = 0; i < rules.Length; i++)
                {
                    rules[i] |= _rulesOfSlots[from + i];
                }
            }
        }
    }
}
