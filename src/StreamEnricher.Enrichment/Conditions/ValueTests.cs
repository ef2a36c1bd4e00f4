using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>Makes the tests of the values behind one field and its modifiers.</summary>
internal sealed class ValueTests(Modifiers modifiers, ConditionParser parser)
{
    /// <summary>Tests that one value may become: every dash is another one.</summary>
    private const int MostVariants = 625;

    /// <summary>The tests of one value, of which one must hold; none when it is no value, which is reported.</summary>
    public IReadOnlyList<ValueTest> Of(YamlNode node)
    {
        if (node is not YamlScalarNode scalar)
        {
            parser.Error(node, "a value must be a text, a number, true, false or null");
            return [];
        }

        var text = scalar.Value ?? "";
        if (modifiers.Part != DatePart.None)
        {
            return Number(node, text, Order() ?? TestKind.Equal);
        }

        return modifiers.Operation switch
        {
            "re" => Expression(node, text),
            "cidr" => Network(node, text),
            "gt" or "gte" or "lt" or "lte" => Number(node, text, Order()!.Value),
            null when scalar.Style == ScalarStyle.Plain && text is "" or "~" or "null" => [new ValueTest { Kind = TestKind.Null, Written = "null" }],
            _ => Texts(node, text, scalar.Style == ScalarStyle.Plain),
        };
    }

    /// <summary>How the texts of two fields are compared.</summary>
    public ValueTest OfReference(string field) => new() { Kind = TextKind(), Cased = modifiers.IsCased, Written = field };

    private TestKind? Order() => modifiers.Operation switch
    {
        "gt" => TestKind.Greater,
        "gte" => TestKind.GreaterOrEqual,
        "lt" => TestKind.Less,
        "lte" => TestKind.LessOrEqual,
        _ => null,
    };

    private TestKind TextKind() => modifiers.Operation switch
    {
        "contains" => TestKind.Contains,
        "startswith" => TestKind.StartsWith,
        "endswith" => TestKind.EndsWith,
        _ => TestKind.Equal,
    };

    private IReadOnlyList<ValueTest> Expression(YamlNode node, string text)
    {
        var options = RegexOptions.None;
        foreach (var flag in modifiers.Flags)
        {
            options |= flag switch { 'i' => RegexOptions.IgnoreCase, 'm' => RegexOptions.Multiline, _ => RegexOptions.Singleline };
        }

        try
        {
            return [new ValueTest { Kind = TestKind.Regex, Regex = new LinearRegex(text, options), Written = text }];
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            parser.Error(node, $"not a regular expression that can be matched in linear time: {error.Message}");
            return [];
        }
    }

    private IReadOnlyList<ValueTest> Network(YamlNode node, string text)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            return [new ValueTest { Kind = TestKind.Cidr, Network = network, Written = text }];
        }

        parser.Error(node, $"'{text}' is no network such as 10.0.0.0/8 or fd00::/8");
        return [];
    }

    private IReadOnlyList<ValueTest> Number(YamlNode node, string text, TestKind kind)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return [new ValueTest { Kind = kind, Number = number, Part = modifiers.Part, Written = text }];
        }

        var needs = modifiers.Operation ?? modifiers.Part.ToString().ToLowerInvariant();
        parser.Error(node, $"'{text}' is no number, which '{needs}' needs");
        return [];
    }

    private List<ValueTest> Texts(YamlNode node, string text, bool isPlain)
    {
        IEnumerable<SigmaPattern> patterns = [SigmaPattern.Parse(text)];
        if (modifiers.Transformed.Contains("expand"))
        {
            patterns = [.. Placeholders.Expand(text, parser.Dialect.Placeholders, out var problem).Select(SigmaPattern.Parse)];
            if (problem is not null)
            {
                parser.Error(node, problem);
                return [];
            }
        }

        if (modifiers.Transformed.Contains("windash"))
        {
            patterns = patterns.SelectMany(pattern => pattern.WithAnyDash()).Take(MostVariants + 1).ToList();
            if (patterns.Count() > MostVariants)
            {
                parser.Error(node, $"'windash' makes more than {MostVariants} texts of this value; split it at its options and use 'all'");
                return [];
            }
        }

        var encodings = modifiers.Transformed.Where(name => name is not ("expand" or "windash")).ToList();
        if (encodings.Count > 0)
        {
            patterns = patterns.ToList();
            if (patterns.Any(pattern => pattern.HasWildcard))
            {
                parser.Error(node, $"a wildcard cannot be encoded ({string.Join(", ", encodings)}); escape it as \\* or \\? if the character is meant");
                return [];
            }

            patterns = patterns.SelectMany(pattern => ValueEncoding.Encode(pattern.Text, encodings)).Select(encoded => new SigmaPattern(encoded, false));
        }

        return [.. patterns.Select(pattern => Text(pattern, text, isPlain))];
    }

    private ValueTest Text(SigmaPattern pattern, string written, bool isPlain)
    {
        var (kind, text) = Simplify(pattern);
        if (!modifiers.IsCased && HasOtherCase(text))
        {
            return new ValueTest { Kind = TestKind.Regex, Regex = new LinearRegex(Frame(kind, text), RegexOptions.IgnoreCase | RegexOptions.Singleline), Written = written };
        }

        return new ValueTest
        {
            Kind = kind,
            Text = Encoding.UTF8.GetBytes(modifiers.IsCased ? text : Ascii.ToLower(text)),
            Cased = modifiers.IsCased,
            Number = kind == TestKind.Equal && isPlain && double.TryParse(written, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN,
            Written = written,
        };
    }

    /// <summary>Wildcards at the ends say no more than contains, startswith and endswith do, which are quicker.</summary>
    private (TestKind Kind, string Text) Simplify(SigmaPattern pattern)
    {
        var kind = TextKind();
        if (!pattern.HasWildcard)
        {
            return (kind, pattern.Text);
        }

        var opens = kind is TestKind.Contains or TestKind.EndsWith || pattern.Text.StartsWith(SigmaPattern.AnyRun);
        var closes = kind is TestKind.Contains or TestKind.StartsWith || pattern.Text.EndsWith(SigmaPattern.AnyRun);
        var text = pattern.Text.Trim(SigmaPattern.AnyRun);
        if (!text.AsSpan().ContainsAny(SigmaPattern.AnyRun, SigmaPattern.AnyOne))
        {
            return (opens ? closes ? TestKind.Contains : TestKind.EndsWith : closes ? TestKind.StartsWith : TestKind.Equal, text);
        }

        return (TestKind.Wildcard, $"{(opens ? SigmaPattern.AnyRun : "")}{text}{(closes ? SigmaPattern.AnyRun : "")}");
    }

    /// <summary>A letter beyond ASCII that is large or small: only a regular expression knows its other form.</summary>
    private static bool HasOtherCase(string text) => text.Any(character => character > 127 && char.ToUpperInvariant(character) != char.ToLowerInvariant(character));

    private static string Frame(TestKind kind, string text)
    {
        var expression = Regex.Escape(text)
            .Replace(SigmaPattern.AnyRun.ToString(), ".*", StringComparison.Ordinal)
            .Replace(SigmaPattern.AnyOne.ToString(), ".", StringComparison.Ordinal);
        var start = kind is TestKind.Contains or TestKind.EndsWith ? "" : "^";
        var end = kind is TestKind.Contains or TestKind.StartsWith ? "" : @"\z";
        return start + expression + end;
    }

    /// <summary>Letters A to Z made small; all others as they are.</summary>
    private static class Ascii
    {
        public static string ToLower(string text) => string.Create(text.Length, text, static (characters, from) =>
        {
            for (var i = 0; i < from.Length; i++)
            {
                characters[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
            }
        });
    }
}
