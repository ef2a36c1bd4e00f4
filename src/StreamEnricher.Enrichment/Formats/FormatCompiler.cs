using StreamEnricher.Enrichment.Attribution.Sigma.Rules;
using StreamEnricher.Enrichment.Conditions;
using StreamEnricher.Enrichment.Formats.Decoding;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Makes a <see cref="FormatPlan"/> of a format file's content.</summary>
internal static class FormatCompiler
{
    /// <summary>Compiles a format; problems are added with their places, and null is returned when there were any.</summary>
    /// <param name="definition">The format.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="rules">Sigma rules whose fields its scan must find; null for none.</param>
    /// <param name="watched">Fields that its scan must find for the sake of other formats; null for none.</param>
    public static FormatPlan? Compile(FormatDefinition definition, List<FormatProblem> problems, SigmaRuleSet? rules = null, IReadOnlyList<string>? watched = null)
    {
        var before = problems.Count;
        var slots = new SlotTable(definition.Roots, definition.Aliases);
        var constants = new ConstantPool();
        var recognise = definition.Recognise is null ? null : Resolve(definition.Recognise, slots);
        var decode = definition.Decode is not { } use ? null : new DecodePlan(use.Form, use.Members, [.. use.Members.Select(slots.SlotOf)]);
        var when = definition.Cases.Select(one => Resolve(one.When, slots)).ToArray();
        var sigma = definition.Sigma is { } mapping && rules is not null ? SigmaBinder.Bind(mapping, rules, slots) : null;
        var drafts = definition.Cases
            .Select(one => (one.Name, Part: definition.Base.With(one.Part)))
            .Append((Name: "other", Part: definition.Base))
            .Select((one, index) => new CaseCompiler(definition, one.Name, index, one.Part, slots, constants, sigma, problems))
            .ToList();
        var cases = drafts.Select(draft => draft.Compile()).ToArray();
        if (problems.Count > before)
        {
            // A rule of the format is compiled again for each case; it is wrong only once.
            var found = problems.Skip(before).Distinct().ToList();
            problems.RemoveRange(before, problems.Count - before);
            problems.AddRange(found);
            return null;
        }

        foreach (var path in watched ?? [])
        {
            slots.Watch(path);
        }

        return new FormatPlan
        {
            Name = definition.Name,
            Title = definition.Title,
            Before = definition.Before,
            VendorNamespace = definition.Base.VendorNamespace ?? definition.Name,
            Scan = slots.Build(),
            SlotPaths = slots.Paths,
            Recognise = recognise,
            RecogniseCondition = definition.Recognise,
            Decode = decode,
            When = when,
            Cases = cases!,
            Constants = constants.ToArray(),
        };
    }

    private static SlotCondition Resolve(Condition condition, SlotTable slots) =>
        new(condition, [.. condition.Fields.Select(slots.SlotOf)]);
}
