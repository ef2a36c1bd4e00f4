using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Attribution.Sigma.Compiling;
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

    /// <param name="buffer">Holds the event.</param>
    /// <param name="slots">Its slots.</param>
    /// <param name="context">Where it is.</param>
    /// <param name="fields">Slots of each field of the format.</param>
    /// <param name="scratch">The worker's memory.</param>
    public GroupMatcher(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, in AttributionContext context, int[][] fields, SigmaScratch scratch)
    {
        _buffer = buffer;
        _slots = slots;
        _start = context.EventStart;
        _length = context.EventLength;
        _fields = fields;
        _scratch = scratch;
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
                var question = Deciding(compiled.Root, group, fieldOf);
                var atom = question < 0 ? null : group.Atoms[question];
                var field = atom is null || atom.Field == Atom.Anywhere ? null : group.Fields[atom.Field];
                findings.Counts.Sigma++;
                findings.Add(compiled.Hit.FindingOf(question, field, atom?.Test?.Written));
            }
        }
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
