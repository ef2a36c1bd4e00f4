using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamEnricher.Cli.Configuration;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Cli.EventTests;

/// <summary>Reads files of tests (docs/formats.md describes them) and reports every problem with its place.</summary>
internal sealed class EventTestReader
{
    private static readonly string[] FileKeys = ["pipeline", "source", "format", "tests"];
    private static readonly string[] TestKeys = ["name", "source", "format", "event", "text", "timestamp", "expect"];
    private static readonly string[] ExpectKeys = ["format", "case", "fields", "techniques", "sinks", "dead_letter"];

    /// <summary>Most producers escape only what they must.</summary>
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;
    private readonly List<string> _problems = [];

    private EventTestReader(string path) => _path = path;

    /// <summary>Reads a file.</summary>
    /// <exception cref="EventTestException">It cannot be read, or is not a file of tests; the message has one line a problem.</exception>
    public static EventTestFile Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new EventTestException($"{path}:1:1: {(exception is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : exception.Message)}");
        }

        var stream = new YamlStream();
        try
        {
            using var reader = new StringReader(text);
            stream.Load(reader);
        }
        catch (YamlException exception)
        {
            throw new EventTestException($"{path}:{exception.Start.Line}:{exception.Start.Column}: no YAML: {exception.Message}");
        }

        if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
        {
            throw new EventTestException($"{path}:1:1: a file of tests is one YAML document with the key tests");
        }

        var result = new EventTestReader(path);
        var file = result.Document(root);
        return result._problems.Count == 0 ? file : throw new EventTestException(string.Join(Environment.NewLine, result._problems));
    }

    private EventTestFile Document(YamlMappingNode root)
    {
        var members = Members(root, "a file of tests", FileKeys);
        var pipeline = Text(members.GetValueOrDefault("pipeline"), "pipeline");
        var source = Text(members.GetValueOrDefault("source"), "source");
        var format = Text(members.GetValueOrDefault("format"), "format");
        var tests = new List<EventTest>();
        if (members.GetValueOrDefault("tests") is not YamlSequenceNode { Children.Count: > 0 } list)
        {
            Problem(root, "there are no tests (add tests: with a list)");
        }
        else
        {
            tests.AddRange(list.Children.Select(node => Test(node, source, format)).OfType<EventTest>());
        }

        return new EventTestFile(_path, pipeline is null ? null : Path.GetFullPath(pipeline, Path.GetDirectoryName(Path.GetFullPath(_path))!), tests);
    }

    private EventTest? Test(YamlNode node, string? source, string? format)
    {
        var members = Members(node, "a test", TestKeys);
        var name = Text(members.GetValueOrDefault("name"), "name");
        var value = Value(members);
        if (name is null || value is null || !members.TryGetValue("expect", out var expect))
        {
            Problem(node, name is null ? "a test needs a name" : value is null ? "a test needs either event (a map) or text" : "a test needs expect");
            return null;
        }

        var time = Text(members.GetValueOrDefault("timestamp"), "timestamp");
        var timestamp = DateTimeOffset.UnixEpoch;
        if (time is not null && !DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out timestamp))
        {
            Problem(members["timestamp"], $"'{time}' is no time (write 2026-01-02T03:04:05Z)");
        }

        return new EventTest
        {
            Name = name,
            Line = node.Start.Line,
            Source = Text(members.GetValueOrDefault("source"), "source") ?? source,
            Format = Text(members.GetValueOrDefault("format"), "format") ?? format,
            Value = value,
            Timestamp = timestamp.ToUnixTimeMilliseconds(),
            Expected = Expected(expect),
        };
    }

    private static byte[]? Value(Dictionary<string, YamlNode> members) =>
        (members.GetValueOrDefault("event"), members.GetValueOrDefault("text")) switch
        {
            (YamlMappingNode map, null) => Encoding.UTF8.GetBytes(YamlJson.Of(map)!.ToJsonString(Relaxed)),
            (null, YamlScalarNode text) => Encoding.UTF8.GetBytes(text.Value ?? ""),
            _ => null,
        };

    private Expectation Expected(YamlNode node)
    {
        var members = Members(node, "expect", ExpectKeys);
        var fields = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        if (members.TryGetValue("fields", out var expected))
        {
            foreach (var (name, value) in Members(expected, "fields", null))
            {
                Flatten(name, YamlJson.Of(value), fields);
            }
        }

        return new Expectation
        {
            Format = Text(members.GetValueOrDefault("format"), "format"),
            Case = Text(members.GetValueOrDefault("case"), "case"),
            Fields = fields,
            Techniques = Texts(members.GetValueOrDefault("techniques"), "techniques"),
            Sinks = Texts(members.GetValueOrDefault("sinks"), "sinks"),
            DeadLetter = Text(members.GetValueOrDefault("dead_letter"), "dead_letter"),
        };
    }

    /// <summary>Objects may be written nested or with dotted names; only what is in them is compared.</summary>
    private static void Flatten(string name, JsonNode? value, Dictionary<string, JsonNode?> fields)
    {
        if (value is not JsonObject { Count: > 0 } members)
        {
            fields[name] = value;
            return;
        }

        foreach (var (inner, node) in members)
        {
            Flatten($"{name}.{inner}", node?.DeepClone(), fields);
        }
    }

    private Dictionary<string, YamlNode> Members(YamlNode node, string what, IReadOnlyCollection<string>? known)
    {
        var members = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        if (node is not YamlMappingNode map)
        {
            Problem(node, $"{what} must be a map");
            return members;
        }

        foreach (var (key, value) in map.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? "";
            if (known is not null && !known.Contains(name))
            {
                Problem(key, $"unknown key '{name}' in {what} ({Suggestion.For(name, known)})");
                continue;
            }

            members[name] = value;
        }

        return members;
    }

    private string? Text(YamlNode? node, string what)
    {
        if (node is null or YamlScalarNode { Value: not null })
        {
            return (node as YamlScalarNode)?.Value;
        }

        Problem(node, $"{what} must be a text");
        return null;
    }

    private List<string>? Texts(YamlNode? node, string what) => node switch
    {
        null => null,
        YamlSequenceNode list => [.. list.Children.Select(item => Text(item, what)).OfType<string>()],
        _ => Text(node, what) is { } one ? [one] : [],
    };

    private void Problem(YamlNode node, string message) => _problems.Add($"{_path}:{node.Start.Line}:{node.Start.Column}: {message}");
}
