using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Sigma;
using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Compiles one case of a format.</summary>
internal sealed class CaseCompiler(
    FormatDefinition definition, string name, int index, FormatPart part, SlotTable slots, ConstantPool constants, SigmaBinding? sigma, List<FormatProblem> problems)
{
    private static readonly string[] EndpointSets = ["source", "destination", "client", "server"];

    /// <summary>Written from the attribution, never from a rule: two writers would give one name twice.</summary>
    private static readonly string[] Reserved =
    [
        "ecs.version", "event.id", "event.original", "related.ip", "related.user", "related.hosts", "related.hash", "threat.framework",
        "threat.technique.id", "threat.technique.name", "threat.technique.reference", "threat.technique.subtechnique.id",
        "threat.technique.subtechnique.name", "threat.technique.subtechnique.reference", "threat.tactic.id", "threat.tactic.name", "threat.tactic.reference",
    ];

    private readonly EcsProgramBuilder _ecs = new();
    private readonly List<CompiledRule> _rules = [];
    private readonly Dictionary<string, int> _valueOf = new(StringComparer.Ordinal);
    private readonly List<SourceRef> _timestamps = [];
    private int _values;

    /// <summary>The case's plan; null when problems were found.</summary>
    public CasePlan? Compile()
    {
        var before = problems.Count;
        var vendor = part.VendorNamespace ?? definition.Name;
        CheckNamespace(vendor);
        foreach (var (field, rule) in part.Fields)
        {
            if (rule is not null)
            {
                AddRule(field, rule);
            }
        }

        CheckCategories();
        if (problems.Count > before)
        {
            return null;
        }

        var rules = part.Event;
        return new CasePlan
        {
            Name = name,
            Index = index,
            VendorNamespace = vendor,
            Rules = [.. _rules],
            ValueCount = _values,
            Timestamps = [.. _timestamps],
            Ecs = _ecs.Build(vendor),
            Severity = _valueOf.GetValueOrDefault("event.severity", -1),
            Kind = _valueOf.GetValueOrDefault("event.kind", -1),
            EventType = EventType(rules.Type),
            Source = [.. Paths(rules.Source), .. Values("source.address", "client.address")],
            Destination = [.. Paths(rules.Destination), .. Values("destination.address", "server.address")],
            Description = [.. Paths(rules.Description), .. Values("message", "rule.name", "event.reason")],
            Host = Values("host.name", "host.hostname", "observer.hostname", "observer.name", "source.address"),
            SourceService = [.. Paths(rules.SourceService is null ? null : [rules.SourceService])],
            ProducerId = [.. Paths(rules.Id is null ? null : [rules.Id])],
            RelatedIndicators = rules.RelatedIndicators is null ? -1 : slots.SlotOf(rules.RelatedIndicators),
            Indicators = [.. (part.Indicators ?? []).Select(Indicator).OfType<IndicatorPlan>()],
            Attribution = Attribution(rules),
            DescriptionSlot = (rules.Description ?? []).Select(slots.Add).Where(source => source.Rest is null).Select(source => source.Slot).DefaultIfEmpty(-1).First(),
        };
    }

    private AttributionSpec Attribution(EventRules rules) => new()
    {
        Declared = [.. (part.Techniques ?? []).Select(path => new AttributionField(slots.SlotOf(path), path))],
        Tables = [.. (part.Tables ?? []).Select(use => new TableField(use.Table, slots.SlotOf(use.Key), use.Key))],
        Keywords = [.. (part.Keywords ?? []).Select(path => new AttributionField(slots.SlotOf(path), path))],
        Indicators = [.. (part.Indicators ?? []).Where(use => SourceRef.Split(use.From).Below is null)
            .Select(use => new IndicatorField(use.Type, slots.SlotOf(use.From), use.From))],
        RelatedIndicators = rules.RelatedIndicators is null ? null : new AttributionField(slots.SlotOf(rules.RelatedIndicators), rules.RelatedIndicators),
        Sigma = sigma,
        Confidence = rules.Confidence is null ? -1 : slots.SlotOf(rules.Confidence),
    };

    private void AddRule(string field, FieldRule rule)
    {
        if (field == "@timestamp")
        {
            _timestamps.AddRange(rule.From.Select(slots.Add));
            return;
        }

        if (Reserved.Contains(field))
        {
            Problem(rule.Place, $"'{field}' is written by the engine itself; take the rule out");
            return;
        }

        var explicitAs = rule.As is null ? (Conversion?)null : Conversions.Find(rule.As);
        if (rule.As is not null && explicitAs is null)
        {
            Problem(rule.Place, $"unknown conversion '{rule.As}'{Suggestion.For(rule.As, Conversions.Names)}; there are {string.Join(", ", Conversions.Names)}");
            return;
        }

        // Three conversions fill several fields below the one that is named.
        if (explicitAs is Conversion.Hashes)
        {
            var parent = field[..field.LastIndexOf('.')];
            Fill(rule, field, explicitAs.Value, [$"{field}.md5", $"{field}.sha1", $"{field}.sha256", $"{field}.sha512", $"{parent}.pe.imphash"]);
        }
        else if (explicitAs is Conversion.WindowsUser)
        {
            Fill(rule, field, explicitAs.Value, [$"{field}.name", $"{field}.domain"]);
        }
        else if (explicitAs is Conversion.Ip && field.Split('.') is [var set, "ip"] && EndpointSets.Contains(set))
        {
            Fill(rule, field, Conversion.Endpoint, [$"{set}.address", $"{set}.ip", $"{set}.domain"]);
        }
        else
        {
            AddSingle(field, rule, explicitAs);
        }
    }

    private void AddSingle(string field, FieldRule rule, Conversion? explicitAs)
    {
        var ecs = EcsFields.Find(field);
        var label = field.StartsWith("labels.", StringComparison.Ordinal);
        if (ecs is null && !label)
        {
            if (EcsFields.IsFieldSet(field.Split('.')[0]))
            {
                Problem(rule.Place, $"'{field}' is no field of ECS {EcsFields.Version}{Suggestion.For(field, EcsFields.Names)}");
                return;
            }

            Problem(rule.Place, $"'{field}' is no field of ECS {EcsFields.Version}; what has no ECS home stays under the vendor namespace by itself");
            return;
        }

        var natural = label ? Conversion.Keyword : Conversions.For(ecs!);
        var conversion = explicitAs ?? natural;
        if (conversion is null)
        {
            Problem(rule.Place, $"'{field}' holds objects ({ecs!.Type}); no conversion makes them from a scalar");
            return;
        }

        Fill(rule, field, conversion.Value, [field]);
    }

    private void Fill(FieldRule rule, string field, Conversion conversion, string[] targets)
    {
        foreach (var target in targets)
        {
            if (_valueOf.ContainsKey(target))
            {
                Problem(rule.Place, $"'{target}' is already written by another rule of this case");
                return;
            }

            if (EcsFields.Find(target) is null && !target.StartsWith("labels.", StringComparison.Ordinal))
            {
                Problem(rule.Place, $"'{target}', which this conversion fills, is no field of ECS {EcsFields.Version}");
                return;
            }
        }

        var isArray = EcsFields.Find(targets[0])?.IsArray ?? false;
        var allowed = EcsFields.Find(field)?.Allowed;
        Constant? fallback = null;
        if (rule.Value is not null)
        {
            fallback = ConstantOf(rule, field, conversion, isArray, rule.Value, allowed);
        }
        else if (rule.Default is not null)
        {
            fallback = ConstantOf(rule, field, conversion, isArray, [rule.Default], allowed);
        }

        Utf8Map? map = null;
        if (rule.Map is not null)
        {
            map = new Utf8Map();
            foreach (var (key, mapped) in rule.Map)
            {
                if (ConstantOf(rule, field, conversion, isArray, [mapped], allowed) is { } constant)
                {
                    map.Add(key, constant);
                }
            }
        }

        _rules.Add(new CompiledRule
        {
            Field = field,
            Value = _values,
            Sources = [.. rule.From.Select(slots.Add)],
            Conversion = conversion,
            IsArray = isArray,
            Copy = rule.Copy,
            Map = map,
            Default = fallback,
            Allowed = allowed,
        });
        foreach (var target in targets)
        {
            _valueOf[target] = _values;
            _ecs.Add(target, _values++);
        }
    }

    private Constant? ConstantOf(
        FieldRule rule, string field, Conversion conversion, bool isArray, IReadOnlyList<string> texts, System.Collections.Frozen.FrozenSet<string>? allowed)
    {
        var tokens = new List<string>();
        foreach (var text in texts)
        {
            if (allowed is not null && !allowed.Contains(text))
            {
                Problem(rule.Place, $"'{text}' is no allowed value of {field}{Suggestion.For(text, allowed)}");
            }
            else if (field == "event.kind" && text == "signal")
            {
                Problem(rule.Place, "event.kind 'signal' is reserved for Kibana; write 'alert'");
            }
            else if (ConstantPool.Token(conversion, text) is { } token)
            {
                tokens.Add(token);
            }
            else
            {
                Problem(rule.Place, $"'{text}' does not fit {field} ({EcsFields.Find(field)?.Type})");
            }
        }

        if (tokens.Count == 0)
        {
            return null;
        }

        if (!isArray && tokens.Count > 1)
        {
            Problem(rule.Place, $"{field} takes one value, not a list");
            return null;
        }

        return constants.Add(isArray ? $"[{string.Join(',', tokens)}]" : tokens[0]);
    }

    /// <summary>A constant event.type must go with one of the constant categories (ECS, categorization fields).</summary>
    private void CheckCategories()
    {
        if (part.Fields.GetValueOrDefault("event.category") is not { Value: { } categories } || part.Fields.GetValueOrDefault("event.type") is not { Value: { } types } rule)
        {
            return;
        }

        foreach (var type in types)
        {
            if (!categories.Any(category => EcsFields.TypesOf(category).Contains(type)))
            {
                Problem(rule.Place, $"event.type '{type}' does not go with event.category {string.Join(", ", categories)} (case {name})");
            }
        }
    }

    private void CheckNamespace(string vendor)
    {
        if (!vendor.Split('.').All(step => step.Length > 0 && char.IsAsciiLetterLower(step[0]) && step.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')))
        {
            problems.Add(new FormatProblem(definition.File, 1, 1, $"vendor_namespace '{vendor}' must be lower-case words of letters, digits and underscores, separated by dots"));
        }
        else if (EcsFields.IsFieldSet(vendor.Split('.')[0]) || vendor.Split('.')[0] is "kafka" or "cybersecurity")
        {
            problems.Add(new FormatProblem(definition.File, 1, 1, $"vendor_namespace '{vendor}' begins with a name that ECS or the engine uses; begin with the product's name"));
        }
    }

    private TextSource[] EventType(FieldRule? rule)
    {
        var fallback = TextSource.Of(constants.Add(ConstantPool.Quote(definition.Name)));
        if (rule?.Value is [var constant, ..])
        {
            return [TextSource.Of(constants.Add(ConstantPool.Quote(constant)))];
        }

        return [.. Paths(rule?.From), .. rule is null ? Values("event.action") : [], fallback];
    }

    private IEnumerable<TextSource> Paths(IReadOnlyList<string>? paths) => (paths ?? []).Select(path => TextSource.Of(slots.Add(path)));

    private TextSource[] Values(params string[] fields) =>
        [.. fields.Where(_valueOf.ContainsKey).Select(field => TextSource.Of(_valueOf[field]))];

    private IndicatorPlan? Indicator(IndicatorUse use)
    {
        IndicatorType? type = use.Type switch
        {
            "ip" => IndicatorType.Ip,
            "domain" => IndicatorType.Domain,
            "url" => IndicatorType.Url,
            "md5" => IndicatorType.Md5,
            "sha1" => IndicatorType.Sha1,
            "sha256" => IndicatorType.Sha256,
            "email" => IndicatorType.Email,
            _ => null,
        };
        IndicatorRole? role = use.Role switch
        {
            null => IndicatorRole.Unknown,
            "attacker" => IndicatorRole.Attacker,
            "source" => IndicatorRole.Source,
            "destination" => IndicatorRole.Destination,
            "victim" => IndicatorRole.Victim,
            _ => null,
        };
        if (type is null || role is null)
        {
            Problem(use.Place, type is null
                ? $"unknown indicator type '{use.Type}'; there are ip, domain, url, md5, sha1, sha256, email"
                : $"unknown role '{use.Role}'; there are attacker, source, destination, victim");
            return null;
        }

        return new IndicatorPlan(slots.Add(use.From), type.Value, use.Type, role.Value);
    }

    private void Problem(Place place, string message) => problems.Add(new FormatProblem(definition.File, place.Line, place.Column, message));
}
