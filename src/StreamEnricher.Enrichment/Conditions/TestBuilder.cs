using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>Makes tests of the values behind one field and its modifiers.</summary>
internal sealed class TestBuilder
{
    private static readonly string[] Known =
        ["contains", "startswith", "endswith", "re", "i", "m", "s", "cidr", "gt", "gte", "lt", "lte", "exists", "cased", "all", "windash"];

    private static readonly char[] Dashes = ['-', '/', '–', '—', '―'];

    private readonly ConditionParser _parser;
    private readonly string? _operation;
    private readonly bool _cased;
    private readonly bool _windash;
    private readonly RegexOptions _options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    public TestBuilder(string[] modifiers, YamlNode key, ConditionParser parser)
    {
        _parser = parser;
        foreach (var modifier in modifiers)
        {
            switch (modifier)
            {
                case "cased":
                    _cased = true;
                    break;
                case "all":
                    IsAll = true;
                    break;
                case "windash":
                    _windash = true;
                    break;
                case "i" or "m" or "s":
                    _options |= modifier == "i" ? RegexOptions.IgnoreCase : modifier == "m" ? RegexOptions.Multiline : RegexOptions.Singleline;
                    break;
                case "exists":
                    IsExists = true;
                    break;
                case "contains" or "startswith" or "endswith" or "re" or "cidr" or "gt" or "gte" or "lt" or "lte" when _operation is null:
                    _operation = modifier;
                    break;
                default:
                    IsValid = false;
                    parser.Error(key, Known.Contains(modifier)
                        ? $"'{modifier}' cannot follow '{_operation}'"
                        : $"unknown modifier '{modifier}'; there are {string.Join(", ", Known)}");
                    break;
            }
        }
    }

    public bool IsValid { get; } = true;

    public bool IsAll { get; }

    public bool IsExists { get; }

    /// <summary>The test of one value; null when it is no value, which is reported.</summary>
    public ValueTest? Build(YamlNode node)
    {
        if (node is not YamlScalarNode scalar)
        {
            _parser.Error(node, "a value must be a text, a number, true, false or null");
            return null;
        }

        var text = scalar.Value ?? "";
        var isPlain = scalar.Style == ScalarStyle.Plain;
        if (_operation is null && isPlain && text is "" or "~" or "null")
        {
            return new ValueTest { Kind = TestKind.Null };
        }

        return _operation switch
        {
            "re" => Expression(node, text),
            "cidr" => Network(node, text),
            "gt" => Number(node, text, TestKind.Greater),
            "gte" => Number(node, text, TestKind.GreaterOrEqual),
            "lt" => Number(node, text, TestKind.Less),
            "lte" => Number(node, text, TestKind.LessOrEqual),
            _ => Words(text),
        };
    }

    private ValueTest? Expression(YamlNode node, string text)
    {
        try
        {
            return new ValueTest { Kind = TestKind.Regex, Regex = new Regex(text, _options) };
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            _parser.Error(node, $"not a regular expression that can be matched in linear time: {error.Message}");
            return null;
        }
    }

    private ValueTest? Network(YamlNode node, string text)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            return new ValueTest { Kind = TestKind.Cidr, Network = network };
        }

        _parser.Error(node, $"'{text}' is no network such as 10.0.0.0/8");
        return null;
    }

    private ValueTest? Number(YamlNode node, string text, TestKind kind)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return new ValueTest { Kind = kind, Number = number };
        }

        _parser.Error(node, $"'{text}' is no number");
        return null;
    }

    private ValueTest Words(string text)
    {
        var (pattern, wild) = Pattern(text);
        if (_windash)
        {
            var choices = string.Join("", Dashes.Select(dash => Regex.Escape(dash.ToString())));
            var expression = Regex.Replace(Regex.Escape(text).Replace(@"\*", ".*", StringComparison.Ordinal), @"(?<=^|\s)(\\-|-|/)", $"[{choices}]");
            var anchored = _operation switch
            {
                "contains" => expression,
                "startswith" => "^" + expression,
                "endswith" => expression + "$",
                _ => $"^{expression}$",
            };
            return new ValueTest { Kind = TestKind.Regex, Regex = new Regex(anchored, _options | (_cased ? RegexOptions.None : RegexOptions.IgnoreCase)) };
        }

        if (wild)
        {
            var framed = _operation switch
            {
                "contains" => $"\0{pattern}\0",
                "startswith" => $"{pattern}\0",
                "endswith" => $"\0{pattern}",
                _ => pattern,
            };
            return new ValueTest { Kind = TestKind.Wildcard, Text = Bytes(framed), Cased = _cased };
        }

        var kind = _operation switch
        {
            "contains" => TestKind.Contains,
            "startswith" => TestKind.StartsWith,
            "endswith" => TestKind.EndsWith,
            _ => TestKind.Equal,
        };
        return new ValueTest { Kind = kind, Text = Bytes(pattern), Cased = _cased };
    }

    private byte[] Bytes(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < bytes.Length && !_cased; i++)
        {
            bytes[i] = bytes[i] is >= (byte)'A' and <= (byte)'Z' ? (byte)(bytes[i] | 0x20) : bytes[i];
        }

        return bytes;
    }

    /// <summary>Sigma: * and ? are wildcards; a backslash takes that from them, and from itself before one of them.</summary>
    private static (string Pattern, bool Wild) Pattern(string text)
    {
        var pattern = new System.Text.StringBuilder(text.Length);
        var wild = false;
        for (var i = 0; i < text.Length; i++)
        {
            var next = i + 1 < text.Length ? text[i + 1] : '\0';
            if (text[i] == '\\' && next is '*' or '?')
            {
                pattern.Append(next);
                i++;
            }
            else if (text[i] == '\\' && next == '\\' && i + 2 < text.Length && text[i + 2] is '*' or '?')
            {
                pattern.Append('\\');
                i++;
            }
            else if (text[i] is '*' or '?')
            {
                pattern.Append(text[i] == '*' ? '\0' : '\u0001');
                wild = true;
            }
            else
            {
                pattern.Append(text[i]);
            }
        }

        return (pattern.ToString(), wild);
    }
}
