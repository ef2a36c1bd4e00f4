using StreamEnricher.Enrichment.Conditions;
using StreamEnricher.Enrichment.Formats.Decoding;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Reads a format file (pipelines/formats/README.md describes it) and reports every problem with its place.</summary>
internal sealed class FormatReader
{
    private static readonly string[] TopKeys =
        ["format", "title", "recognise", "decode", "before", "vendor_namespace", "fields", "roots", "aliases", "cases", "event", "attack", "tables", "keywords", "indicators", "sigma"];

    private static readonly string[] CaseKeys =
        ["name", "when", "vendor_namespace", "fields", "event", "attack", "tables", "keywords", "indicators"];

    private static readonly string[] RuleKeys = ["from", "as", "map", "default", "value", "copy"];

    private static readonly string[] EventKeys =
        ["type", "source", "destination", "description", "confidence", "id", "source_service", "related_indicators"];

    private readonly YamlReader _yaml;
    private readonly List<FormatProblem> _problems;

    private FormatReader(string file, List<FormatProblem> problems)
    {
        _yaml = new YamlReader(file, problems);
        _problems = problems;
    }

    /// <summary>Reads a file's text. Null when it could not be read at all; problems say why.</summary>
    public static FormatDefinition? Read(string file, string text, List<FormatProblem> problems)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException error)
        {
            problems.Add(new FormatProblem(file, error.Start.Line, error.Start.Column, $"not YAML: {error.InnerException?.Message ?? error.Message}"));
            return null;
        }

        if (stream.Documents.Count != 1)
        {
            problems.Add(new FormatProblem(file, 1, 1, "a format file holds one YAML document"));
            return null;
        }

        return new FormatReader(file, problems).Document(stream.Documents[0].RootNode);
    }

    private FormatDefinition? Document(YamlNode root)
    {
        string? name = null, title = null;
        Condition? recognise = null;
        DecodeUse? decode = null;
        IReadOnlyList<string> roots = [""], before = [];
        Dictionary<string, IReadOnlyList<string>> aliases = new(StringComparer.Ordinal);
        List<FormatCase> cases = [];
        SigmaMapping? sigma = null;
        foreach (var (key, _, value) in _yaml.Members(root, "the format", TopKeys))
        {
            switch (key)
            {
                case "format":
                    name = _yaml.Required(value, "format");
                    break;
                case "title":
                    title = _yaml.Required(value, "title");
                    break;
                case "recognise":
                    recognise = Condition(value);
                    break;
                case "decode":
                    decode = Decode(value);
                    break;
                case "roots":
                    roots = value is YamlSequenceNode list ? [.. list.Children.Select(item => ((YamlScalarNode)item).Value ?? "")] : _yaml.Texts(value, "roots");
                    break;
                case "before":
                    before = _yaml.Texts(value, key);
                    break;
                case "aliases":
                    foreach (var (path, _, others) in _yaml.Members(value, key))
                    {
                        aliases[path] = _yaml.Texts(others, key);
                    }

                    break;
                case "cases":
                    cases = Cases(value);
                    break;
                case "sigma":
                    sigma = new SigmaMappingReader(_yaml, Condition).Read(value);
                    break;
                default:
                    break;
            }
        }

        if (name is null)
        {
            _yaml.Problem(root, "the format has no name (add 'format: my_format')");
            return null;
        }

        return new FormatDefinition(_yaml.File, name, title, recognise, decode, before, roots, aliases, Part(root), cases, sigma);
    }

    private DecodeUse? Decode(YamlNode node)
    {
        TextForm? form = null;
        IReadOnlyList<string> members = [];
        foreach (var (key, _, value) in _yaml.Members(node, "decode", ["as", "from"]))
        {
            if (key == "from")
            {
                members = _yaml.Texts(value, key);
            }
            else if (_yaml.Required(value, key) is { } name && (form = TextDecoder.Find(name)) is null)
            {
                _yaml.Problem(value, $"there is no text of kind '{name}'{Suggestion.For(name, TextDecoder.Names)}; there are {string.Join(", ", TextDecoder.Names)}");
                return null;
            }
        }

        if (form is null)
        {
            _yaml.Problem(node, $"decode needs 'as': one of {string.Join(", ", TextDecoder.Names)}");
            return null;
        }

        return new DecodeUse(form.Value, members);
    }

    private Condition? Condition(YamlNode node)
    {
        var condition = Conditions.Condition.Parse(node, out var errors);
        foreach (var error in errors)
        {
            _problems.Add(new FormatProblem(_yaml.File, error.Line, error.Column, error.Message));
        }

        return condition;
    }

    private List<FormatCase> Cases(YamlNode node)
    {
        var cases = new List<FormatCase>();
        if (node is not YamlSequenceNode list)
        {
            _yaml.Problem(node, "cases must be a list");
            return cases;
        }

        foreach (var item in list.Children)
        {
            string? name = null;
            Condition? when = null;
            foreach (var (key, _, value) in _yaml.Members(item, "a case", CaseKeys))
            {
                if (key == "name")
                {
                    name = _yaml.Required(value, "name");
                }
                else if (key == "when")
                {
                    when = Condition(value);
                }
            }

            if (name is null || when is null)
            {
                _yaml.Problem(item, "a case needs 'name' and 'when'");
                continue;
            }

            cases.Add(new FormatCase(name, when, Part(item), YamlReader.PlaceOf(item)));
        }

        return cases;
    }

    /// <summary>What a format and a case may both state; other keys are read, and unknown ones reported, by the caller.</summary>
    private FormatPart Part(YamlNode node)
    {
        var part = new FormatPart();
        foreach (var (key, _, value) in _yaml.Members(node, "the part"))
        {
            part = key switch
            {
                "vendor_namespace" => part with { VendorNamespace = _yaml.Required(value, key) },
                "fields" => part with { Fields = Fields(value) },
                "event" => part with { Event = Event(value) },
                "attack" => part with { Techniques = [.. _yaml.Members(value, key, ["techniques"]).SelectMany(member => _yaml.Texts(member.Value, "techniques"))] },
                "tables" => part with { Tables = Tables(value) },
                "keywords" => part with { Keywords = _yaml.Texts(value, key) },
                "indicators" => part with { Indicators = Indicators(value) },
                _ => part,
            };
        }

        return part;
    }

    private Dictionary<string, FieldRule?> Fields(YamlNode node)
    {
        var fields = new Dictionary<string, FieldRule?>(StringComparer.Ordinal);
        foreach (var (key, keyNode, value) in _yaml.Members(node, "fields"))
        {
            if (!fields.TryAdd(key, YamlReader.IsNull(value) ? null : Rule(value, $"the rule of {key}")))
            {
                _yaml.Problem(keyNode, $"'{key}' stands twice");
            }
        }

        return fields;
    }

    private FieldRule Rule(YamlNode node, string what)
    {
        IReadOnlyList<string> from = [];
        IReadOnlyList<string>? value = null;
        string? conversion = null, fallback = null;
        Dictionary<string, string>? map = null;
        var copy = false;
        foreach (var (key, _, member) in _yaml.Members(node, what, RuleKeys))
        {
            switch (key)
            {
                case "from":
                    from = _yaml.Texts(member, key);
                    break;
                case "as":
                    conversion = _yaml.Required(member, key);
                    break;
                case "map":
                    map = new Dictionary<string, string>(StringComparer.Ordinal);
                    foreach (var (name, _, mapped) in _yaml.Members(member, key))
                    {
                        map[name] = _yaml.Required(mapped, "a mapped value") ?? "";
                    }

                    break;
                case "default":
                    fallback = _yaml.Required(member, key);
                    break;
                case "value":
                    value = _yaml.Texts(member, key);
                    break;
                default:
                    copy = _yaml.Flag(member, key);
                    break;
            }
        }

        if ((from.Count == 0) == (value is null))
        {
            _yaml.Problem(node, $"{what} needs either 'from' or 'value'");
        }

        return new FieldRule(from, conversion, map, fallback, value, copy, YamlReader.PlaceOf(node));
    }

    private EventRules Event(YamlNode node)
    {
        var rules = new EventRules();
        foreach (var (key, _, value) in _yaml.Members(node, "event", EventKeys))
        {
            rules = key switch
            {
                "type" => rules with { Type = Rule(value, "event.type") },
                "source" => rules with { Source = _yaml.Texts(value, key) },
                "destination" => rules with { Destination = _yaml.Texts(value, key) },
                "description" => rules with { Description = _yaml.Texts(value, key) },
                "confidence" => rules with { Confidence = _yaml.Required(value, key) },
                "id" => rules with { Id = _yaml.Required(value, key) },
                "source_service" => rules with { SourceService = _yaml.Required(value, key) },
                _ => rules with { RelatedIndicators = _yaml.Required(value, key) },
            };
        }

        return rules;
    }

    private List<TableUse> Tables(YamlNode node)
    {
        var uses = new List<TableUse>();
        foreach (var item in Items(node, "tables"))
        {
            string? table = null, path = null;
            foreach (var (key, _, value) in _yaml.Members(item, "a table", ["table", "key"]))
            {
                _ = key == "table" ? table = _yaml.Required(value, key) : path = _yaml.Required(value, key);
            }

            if (table is null || path is null)
            {
                _yaml.Problem(item, "a table needs 'table' and 'key'");
                continue;
            }

            uses.Add(new TableUse(table, path, YamlReader.PlaceOf(item)));
        }

        return uses;
    }

    private List<IndicatorUse> Indicators(YamlNode node)
    {
        var uses = new List<IndicatorUse>();
        foreach (var item in Items(node, "indicators"))
        {
            var texts = new Dictionary<string, string?>(StringComparer.Ordinal);
            foreach (var (key, _, value) in _yaml.Members(item, "an indicator", ["type", "from", "role"]))
            {
                texts[key] = _yaml.Required(value, key);
            }

            if (texts.GetValueOrDefault("type") is not { } type || texts.GetValueOrDefault("from") is not { } from)
            {
                _yaml.Problem(item, "an indicator needs 'type' and 'from'");
                continue;
            }

            uses.Add(new IndicatorUse(type, from, texts.GetValueOrDefault("role"), YamlReader.PlaceOf(item)));
        }

        return uses;
    }

    private IEnumerable<YamlNode> Items(YamlNode node, string what)
    {
        if (node is YamlSequenceNode list)
        {
            return list.Children;
        }

        _yaml.Problem(node, $"{what} must be a list");
        return [];
    }
}
