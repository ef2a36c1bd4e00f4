using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>What reading one pipeline file needs and finds: its name, where each key stands, all problems.</summary>
/// <param name="file">File name as the operator gave it.</param>
/// <param name="overrides">Nodes that came from the command line, by reference, with their path.</param>
internal sealed class ReadContext(string file, IReadOnlyDictionary<YamlNode, string> overrides)
{
    private readonly List<ConfigurationProblem> _problems = [];
    private readonly Dictionary<string, YamlNode> _nodes = new(StringComparer.Ordinal);

    /// <summary>All problems in the order of their places.</summary>
    public IReadOnlyList<ConfigurationProblem> Problems => [.. _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];

    /// <summary>At least one problem is more than a warning.</summary>
    public bool Failed => _problems.Any(problem => !problem.IsWarning);

    /// <summary>Remembers where a path of the file stands, for checks that come after reading.</summary>
    public void Remember(string path, YamlNode node) => _nodes[path] = node;

    /// <summary>The path is written in the file or set on the command line.</summary>
    public bool IsSet(string path) => _nodes.ContainsKey(path);

    /// <summary>The path is written and is a list.</summary>
    public bool IsList(string path) => _nodes.GetValueOrDefault(path) is YamlSequenceNode;

    /// <summary>Reports an error at a node.</summary>
    public void Error(YamlNode node, string text, string? suggestion = null) => Add(node, text, suggestion, isWarning: false);

    /// <summary>Reports an error at a path, or at the nearest path above it that is written in the file.</summary>
    public void Error(string path, string text, string? suggestion = null) => Add(Nearest(path), text, suggestion, isWarning: false);

    /// <summary>Reports a warning at a node.</summary>
    public void Warn(YamlNode node, string text, string? suggestion = null) => Add(node, text, suggestion, isWarning: true);

    /// <summary>Reports a warning at a path, or at the nearest path above it that is written in the file.</summary>
    public void Warn(string path, string text, string? suggestion = null) => Add(Nearest(path), text, suggestion, isWarning: true);

    /// <summary>Reports an error at a place inside a node that something else has judged.</summary>
    public void ErrorWithin(YamlNode node, long line, long column, string text)
    {
        if (overrides.TryGetValue(node, out var path))
        {
            ErrorInOverride(path, text);
        }
        else
        {
            ErrorAt(line, column, text);
        }
    }

    /// <summary>Reports an error of the file as a whole or of its syntax.</summary>
    public void ErrorAt(long line, long column, string text, string? suggestion = null) =>
        _problems.Add(new ConfigurationProblem($"{file}:{line}:{column}", line, column, text, suggestion));

    /// <summary>Takes over a problem that something else has found, also one of another file.</summary>
    public void Add(ConfigurationProblem problem) => _problems.Add(problem);

    /// <summary>Reports an error of a command line override.</summary>
    public void ErrorInOverride(string path, string text, string? suggestion = null) =>
        _problems.Add(new ConfigurationProblem($"--set {path}", 0, 0, text, suggestion));

    private YamlNode? Nearest(string path)
    {
        for (var at = path; at.Length > 0; at = at[..Math.Max(0, at.LastIndexOf('.'))])
        {
            if (_nodes.TryGetValue(at, out var node))
            {
                return node;
            }
        }

        return null;
    }

    private void Add(YamlNode? node, string text, string? suggestion, bool isWarning)
    {
        if (node is not null && overrides.TryGetValue(node, out var path))
        {
            _problems.Add(new ConfigurationProblem($"--set {path}", 0, 0, text, suggestion, isWarning));
            return;
        }

        var (line, column) = node is null ? (1, 1) : (node.Start.Line, node.Start.Column);
        _problems.Add(new ConfigurationProblem($"{file}:{line}:{column}", line, column, text, suggestion, isWarning));
    }
}
