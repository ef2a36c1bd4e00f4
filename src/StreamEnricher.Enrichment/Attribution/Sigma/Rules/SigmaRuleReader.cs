using StreamEnricher.Enrichment.Conditions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Enrichment.Attribution.Sigma.Rules;

/// <summary>What one file holds.</summary>
/// <param name="Documents">Rules in their order.</param>
/// <param name="Problems">What is wrong, all of it.</param>
/// <param name="LeftOut">Documents that are no usable rules.</param>
internal sealed record SigmaFile(IReadOnlyList<SigmaDocument> Documents, IReadOnlyList<RuleProblem> Problems, int LeftOut);

/// <summary>Reads a rule file: one or more YAML documents as the Sigma specification 2.1 describes them.</summary>
internal sealed class SigmaRuleReader
{
    private readonly string _file;
    private readonly ConditionDialect _dialect;
    private readonly List<RuleProblem> _problems = [];

    private SigmaRuleReader(string file, ConditionDialect dialect)
    {
        _file = file;
        _dialect = dialect;
    }

    /// <summary>Reads a file's text. Thread-safe.</summary>
    /// <param name="file">Name for messages.</param>
    /// <param name="text">Its text.</param>
    /// <param name="dialect">What detections may use.</param>
    public static SigmaFile Read(string file, TextReader text, ConditionDialect dialect)
    {
        var reader = new SigmaRuleReader(file, dialect);
        var stream = new YamlStream();
        try
        {
            stream.Load(text);
        }
        catch (YamlException error)
        {
            reader._problems.Add(new RuleProblem(file, error.Start.Line, error.Start.Column, $"not YAML: {error.InnerException?.Message ?? error.Message}"));
            return new SigmaFile([], reader._problems, 1);
        }

        var documents = stream.Documents.Select(document => reader.Document(document.RootNode)).ToList();
        return new SigmaFile([.. documents.OfType<SigmaDocument>()], reader._problems, documents.Count(document => document is null));
    }

    private SigmaDocument? Document(YamlNode node)
    {
        if (node is not YamlMappingNode map)
        {
            Problem(node, "no Sigma rule: a rule is a map with title, logsource and detection");
            return null;
        }

        var before = _problems.Count;
        var rule = new RuleKeys(map);
        if (rule.Find("correlation") is { } correlation)
        {
            return Correlation(correlation, rule, node, before);
        }

        if (rule.Find("detection") is not { } detection)
        {
            Problem(node, "no Sigma rule: 'detection' is missing");
            return null;
        }

        var title = Title(rule, node);
        var logsource = Logsource(rule.Find("logsource"), node);
        var level = Level(rule);
        if (rule.Text("status") == "unsupported")
        {
            Problem(rule.Find("status")!, "the rule says of itself that it cannot be used (status: unsupported)");
        }

        var parser = new ConditionParser(_dialect);
        var condition = Detection(detection, parser);
        foreach (var error in parser.Errors)
        {
            _problems.Add(new RuleProblem(_file, error.Line, error.Column, error.Message));
        }

        if (title is null || condition is null || _problems.Count > before)
        {
            return null;
        }

        return new SigmaRule
        {
            File = _file,
            Line = node.Start.Line,
            Id = rule.Text("id") ?? rule.Text("name") ?? title,
            Name = rule.Text("name"),
            Title = title,
            Author = rule.Text("author"),
            License = rule.Text("license"),
            Level = level,
            Techniques = SigmaTags.Techniques(rule.Find("tags")),
            Logsource = logsource!,
            Detection = condition,
            Fields = parser.Fields,
        };
    }

    private SigmaCorrelation? Correlation(YamlNode correlation, RuleKeys rule, YamlNode node, int before)
    {
        var title = Title(rule, node);
        var level = Level(rule);
        var read = new CorrelationReader(Problem).Read(correlation, block => new SigmaCorrelation
        {
            File = _file,
            Line = node.Start.Line,
            Id = rule.Text("id") ?? rule.Text("name") ?? title ?? "",
            Name = rule.Text("name"),
            Title = title ?? "",
            Author = rule.Text("author"),
            License = rule.Text("license"),
            Level = level,
            Techniques = SigmaTags.Techniques(rule.Find("tags")),
            Type = block.Type,
            Rules = block.Rules,
            GroupBy = block.GroupBy,
            Aliases = block.Aliases,
            Timespan = block.Timespan,
            Count = block.Count,
            Values = block.Values,
            Generate = block.Generate || rule.Text("generate") == "true",
        });
        return _problems.Count > before ? null : read;
    }

    /// <summary>The title; the rules below a correlation in its file need only a name.</summary>
    private string? Title(RuleKeys rule, YamlNode node)
    {
        var title = rule.Text("title") ?? rule.Text("name");
        if (title is null)
        {
            Problem(node, "the rule has no 'title'");
        }

        return title;
    }

    private SigmaLogsource? Logsource(YamlNode? node, YamlNode document)
    {
        if (node is not YamlMappingNode map)
        {
            Problem(node ?? document, "'logsource' must be a map of product, category and service");
            return null;
        }

        var keys = new RuleKeys(map);
        var logsource = new SigmaLogsource(keys.Text("product"), keys.Text("category"), keys.Text("service"));
        if (logsource == new SigmaLogsource(null, null, null))
        {
            Problem(node, "'logsource' names neither product nor category nor service");
        }

        return logsource;
    }

    private SigmaLevel Level(RuleKeys rule)
    {
        if (rule.Find("level") is not { } node)
        {
            return SigmaLevels.Default;
        }

        if (rule.Text("level") is { } word && SigmaLevels.Find(word) is { } level)
        {
            return level;
        }

        Problem(node, $"unknown level; there are {string.Join(", ", SigmaLevels.Words)}");
        return SigmaLevels.Default;
    }

    private ConditionNode? Detection(YamlNode node, ConditionParser parser)
    {
        if (node is not YamlMappingNode map || new RuleKeys(map).Find("condition") is not { } condition)
        {
            Problem(node, "'detection' must be a map of selections with a 'condition'");
            return null;
        }

        if (new RuleKeys(map).Find("timeframe") is { } timeframe)
        {
            Problem(timeframe, "'timeframe' belongs to the aggregations of Sigma 1; write a correlation rule with 'timespan'");
            return null;
        }

        if (condition is YamlScalarNode { Value: { } text } && text.Contains('|', StringComparison.Ordinal))
        {
            Problem(condition, "aggregations behind '|' belong to Sigma 1; write a correlation rule");
            return null;
        }

        return parser.Parse(node);
    }

    private void Problem(YamlNode node, string message) => _problems.Add(new RuleProblem(_file, node.Start.Line, node.Start.Column, message));
}
