using System.Text;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Attribution.Sigma.Compiling;
using StreamEnricher.Enrichment.Attribution.Sigma.Correlating;
using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Matching;

/// <summary>Matches an event against groups of rules.</summary>
internal readonly ref struct GroupMatcher
{
    private readonly ReadOnlySpan<byte> _buffer;
    private readonly ReadOnlySpan<Slot> _slots;
    private readonly int _start;
    private readonly int _length;
    private readonly int[][] _fields;
    private readonly SigmaScratch _scratch;
    private readonly AttributionContext _context;
    private readonly Correlator? _correlator;

    /// <param name="buffer">Holds the event.</param>
    /// <param name="slots">Its slots.</param>
    /// <param name="context">Where it is.</param>
    /// <param name="fields">Slots of each field of the format.</param>
    /// <param name="scratch">The worker's memory.</param>
    /// <param name="correlator">State of correlations; null when there are none.</param>
    public GroupMatcher(
        ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, in AttributionContext context, int[][] fields, SigmaScratch scratch, Correlator? correlator)
    {
        _buffer = buffer;
        _slots = slots;
        _start = context.EventStart;
        _length = context.EventLength;
        _fields = fields;
        _scratch = scratch;
        _context = context;
        _correlator = correlator;
        scratch.Texts.Begin(fields.Length + 1);
    }

    /// <summary>Adds what the rules of a group say.</summary>
    /// <param name="group">The group.</param>
    /// <param name="fieldOf">Field of the format for each field of the group.</param>
    /// <param name="findings">Receives it.</param>
    public void Run(RuleGroup group, int[] fieldOf, AttributionScratch findings)
    {
        var candidates = _scratch.Candidates;
        candidates.Begin(group.Rules.Length);
        candidates.Add(group.Always);
        for (var field = 0; field < group.Indexes.Length; field++)
        {
            if (group.Indexes[field] is { } index)
            {
                Search(index, TextsOf(fieldOf[field]), candidates);
            }
        }

        if (group.Anywhere is { } anywhere)
        {
            SearchEverywhere(anywhere, candidates);
        }

        _scratch.Answers.Begin(group.Atoms.Length);
        for (var rule = candidates.Next(0); rule >= 0; rule = candidates.Next(rule + 1))
        {
            var compiled = group.Rules[rule];
            if (Holds(compiled.Root, group, fieldOf))
            {
                Hit(compiled, group, fieldOf, findings);
            }
        }
    }

    private void Hit(CompiledRule rule, RuleGroup group, int[] fieldOf, AttributionScratch findings)
    {
        if (rule.Reports)
        {
            var question = Deciding(rule.Root, group, fieldOf);
            var atom = question < 0 ? null : group.Atoms[question];
            var field = atom is null || atom.Field == Atom.Anywhere ? null : group.Fields[atom.Field];
            findings.Counts.Sigma++;
            findings.Add(rule.Hit.FindingOf(question, field, atom?.Test?.Written));
        }

        // An event without a place in Kafka is only looked at; it did not happen.
        if (rule.Uses.Length > 0 && _correlator is { } correlator && _context.Topic is { } topic)
        {
            foreach (var use in rule.Uses)
            {
                Correlate(use, correlator, topic, fieldOf, findings);
            }
        }
    }

    private void Correlate(CorrelationUse use, Correlator correlator, string topic, int[] fieldOf, AttributionScratch findings)
    {
        var finding = correlator.Fired(_context.EventId, use.Correlation);
        if (finding is null && Completes(use, correlator, topic, fieldOf, findings.Counts))
        {
            finding = use.Evidence(GroupText(use, fieldOf));
            correlator.Remember(_context.EventId, use.Correlation, finding);
            findings.Counts.Correlated++;
        }

        if (finding is null)
        {
            return;
        }

        if (use.Reports)
        {
            findings.Add(finding);
        }

        foreach (var outer in use.Outer)
        {
            Correlate(outer, correlator, topic, fieldOf, findings);
        }
    }

    /// <summary>Adds the hit to the correlation's group; false when a field of the group is missing.</summary>
    private bool Completes(CorrelationUse use, Correlator correlator, string topic, int[] fieldOf, AttributionCounts counts)
    {
        var key = _scratch.Key;
        var value = 0UL;
        if (use.Values.Length > 0)
        {
            key.Begin();
            if (!AddTexts(key, use.Values, fieldOf))
            {
                return false;
            }

            value = (ulong)key.Hash();
        }

        key.Begin();
        key.Add(use.Number);
        if (!correlator.AcrossPartitions)
        {
            key.Add(topic);
            key.Add(_context.Partition);
        }

        if (!AddTexts(key, use.GroupBy, fieldOf))
        {
            return false;
        }

        var time = (_context.Seconds * TimeSpan.TicksPerSecond) + (_context.Nanoseconds / TimeSpan.NanosecondsPerTick);
        var completes = correlator.Add(use.Correlation, key.Hash(), new CorrelationHit(time, _context.EventId, value, use.Member), out var forgotten);
        counts.CorrelationForgotten += forgotten;
        return completes;
    }

    /// <summary>Adds the first text of each field.</summary>
    private bool AddTexts(CorrelationKey key, int[] fields, int[] fieldOf)
    {
        foreach (var field in fields)
        {
            var texts = TextsOf(fieldOf[field]);
            if (texts.Count == 0)
            {
                return false;
            }

            key.AddFolded(_scratch.Texts.Text(texts.First, _buffer, out _));
        }

        return true;
    }

    private string GroupText(CorrelationUse use, int[] fieldOf)
    {
        const int LongestValue = 256;
        var values = new List<string>();
        foreach (var field in use.GroupBy)
        {
            var text = Encoding.UTF8.GetString(_scratch.Texts.Text(TextsOf(fieldOf[field]).First, _buffer, out _));
            values.Add(text.Length <= LongestValue ? text : text[..LongestValue]);
        }

        return string.Join(", ", values);
    }

    private FieldTexts TextsOf(int field) => _scratch.Texts.Of(field, _fields[field], _slots, _buffer);

    private FieldTexts AllTexts() => _scratch.Texts.All(_fields.Length, _buffer, _start, _length);

    private void Search(LiteralIndex index, FieldTexts texts, CandidateSet candidates)
    {
        for (var at = texts.First; at < texts.First + texts.Count; at++)
        {
            var text = _scratch.Texts.Written(at, _buffer, out var isNumber);
            index.Search(text, isNumber, candidates);
        }
    }

    private void SearchEverywhere(LiteralIndex index, CandidateSet candidates)
    {
        // Most events can be searched as they are; what stands in their names is found, too, but does no harm.
        var json = _buffer.Slice(_start, _length);
        if (CanonicalEscapes.AreIn(json))
        {
            index.Search(json, false, candidates);
        }
        else
        {
            Search(index, AllTexts(), candidates);
        }
    }

    private bool Holds(RuleNode node, RuleGroup group, int[] fieldOf)
    {
        switch (node.Kind)
        {
            case NodeKind.All:
                foreach (var child in node.Children)
                {
                    if (!Holds(child, group, fieldOf))
                    {
                        return false;
                    }
                }

                return true;
            case NodeKind.Any:
                foreach (var child in node.Children)
                {
                    if (Holds(child, group, fieldOf))
                    {
                        return true;
                    }
                }

                return false;
            case NodeKind.Not:
                return !Holds(node.Children[0], group, fieldOf);
            default:
                return _scratch.Answers.TryGet(node.Atom, out var known) ? known : _scratch.Answers.Set(node.Atom, Ask(group.Atoms[node.Atom], fieldOf));
        }
    }

    private bool Ask(Atom atom, int[] fieldOf)
    {
        var texts = atom.Field == Atom.Anywhere ? AllTexts() : TextsOf(fieldOf[atom.Field]);
        return atom.Kind switch
        {
            NodeKind.Exists => texts.Presence != FieldPresence.Absent,
            NodeKind.Reference => AnyEqual(texts, TextsOf(fieldOf[atom.Other]), atom.Test!),
            _ when atom.Test!.Kind == TestKind.Null => texts.Presence != FieldPresence.Present,
            _ => AnyPasses(texts, atom.Test),
        };
    }

    private bool AnyPasses(FieldTexts texts, ValueTest test)
    {
        for (var at = texts.First; at < texts.First + texts.Count; at++)
        {
            var text = _scratch.Texts.Text(at, _buffer, out var isNumber);
            if (isNumber ? TextMatcher.MatchesNumber(text, test) : TextMatcher.Matches(text, test))
            {
                return true;
            }
        }

        return false;
    }

    private bool AnyEqual(FieldTexts texts, FieldTexts others, ValueTest test)
    {
        for (var at = texts.First; at < texts.First + texts.Count; at++)
        {
            for (var other = others.First; other < others.First + others.Count; other++)
            {
                if (TextMatcher.Matches(_scratch.Texts.Text(at, _buffer, out _), test.Kind, _scratch.Texts.Text(other, _buffer, out _), test.Cased))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The question whose yes tells most of why a rule matches: of several that must hold the one with the longest text; -1 when the match rests on absence alone.</summary>
    private int Deciding(RuleNode node, RuleGroup group, int[] fieldOf)
    {
        switch (node.Kind)
        {
            case NodeKind.All:
                var best = -1;
                foreach (var child in node.Children)
                {
                    var question = Deciding(child, group, fieldOf);
                    if (question >= 0 && (best < 0 || Weight(group.Atoms[question]) > Weight(group.Atoms[best])))
                    {
                        best = question;
                    }
                }

                return best;
            case NodeKind.Any:
                foreach (var child in node.Children)
                {
                    if (Holds(child, group, fieldOf))
                    {
                        return Deciding(child, group, fieldOf);
                    }
                }

                return -1;
            case NodeKind.Not:
                return -1;
            default:
                return group.Atoms[node.Atom].Test?.Kind == TestKind.Null ? -1 : node.Atom;
        }
    }

    private static int Weight(Atom atom) => atom.Test is { } test ? Math.Max(test.Text.Length, test.Regex is null ? 0 : test.Written.Length / 2) : 0;
}
