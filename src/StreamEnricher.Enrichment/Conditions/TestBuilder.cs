using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace StreamEnricher.Enrichment.Conditions;

/// <summary>Makes the tests of the values behind one field and its modifiers.</summary>
internal sealed class TestBuilder(Modifiers modifiers, ConditionParser parser)
{
    // No backtracking: a rule of others must not be able to hold a worker with one long event.
    private const RegexOptions Linear = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    /// <summary>The test of one value; null when it is no value, which is reported.</summary>
    public ValueTest? Build(YamlNode node)
    {
        if (node is not YamlScalarNode scalar)
        {
            parser.Error(node, "a value must be a text, a number, true, false or null");
            return null;
        }

        var text = scalar.Value ?? "";
        return modifiers.Operation switch
        {
            "re" => Expression(node, text),
            "cidr" => Network(node, text),
            "gt" => Number(node, text, TestKind.Greater),
            "gte" => Number(node, text, TestKind.GreaterOrEqual),
            "lt" => Number(node, text, TestKind.Less),
            "lte" => Number(node, text, TestKind.LessOrEqual),
            null when scalar.Style == ScalarStyle.Plain && text is "" or "~" or "null" => new ValueTest { Kind = TestKind.Null },
            _ => Words(text, scalar.Style == ScalarStyle.Plain),
        };
    }

    private ValueTest? Expression(YamlNode node, string text)
    {
        var options = Linear;
        foreach (var flag in modifiers.Flags)
        {
            options |= flag switch { 'i' => RegexOptions.IgnoreCase, 'm' => RegexOptions.Multiline, _ => RegexOptions.Singleline };
        }

        try
        {
            return new ValueTest { Kind = TestKind.Regex, Regex = new Regex(text, options) };
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            parser.Error(node, $"not a regular expression that can be matched in linear time: {error.Message}");
            return null;
        }
    }

    private ValueTest? Network(YamlNode node, string text)
    {
        if (IPNetwork.TryParse(text, out var network))
        {
            return new ValueTest { Kind = TestKind.Cidr, Network = network };
        }

        parser.Error(node, $"'{text}' is no network such as 10.0.0.0/8 or fd00::/8");
        return null;
    }

    private ValueTest? Number(YamlNode node, string text, TestKind kind)
    {
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            return new ValueTest { Kind = kind, Number = number };
        }

        parser.Error(node, $"'{text}' is no number, which '{modifiers.Operation}' needs");
        return null;
    }

    private ValueTest Words(string text, bool isPlain)
    {
        var pattern = SigmaPattern.Parse(text);
        if (modifiers.IsWindash)
        {
            return AnyDash(pattern.WithAnyDash());
        }

        if (pattern.HasWildcard)
        {
            return new ValueTest { Kind = TestKind.Wildcard, Text = Bytes(Framed(pattern.Text)), Cased = modifiers.IsCased };
        }

        return new ValueTest
        {
            Kind = modifiers.Operation switch
            {
                "contains" => TestKind.Contains,
                "startswith" => TestKind.StartsWith,
                "endswith" => TestKind.EndsWith,
                _ => TestKind.Equal,
            },
            Text = Bytes(pattern.Text),
            Cased = modifiers.IsCased,
            Number = isPlain && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN,
        };
    }

    private ValueTest AnyDash(string expression)
    {
        var framed = modifiers.Operation switch
        {
            "contains" => expression,
            "startswith" => $"^{expression}",
            "endswith" => $"{expression}\\z",
            _ => $"^{expression}\\z",
        };
        return new ValueTest { Kind = TestKind.Regex, Regex = new Regex(framed, modifiers.IsCased ? Linear : Linear | RegexOptions.IgnoreCase) };
    }

    private string Framed(string pattern) => modifiers.Operation switch
    {
        "contains" => $"{SigmaPattern.AnyRun}{pattern}{SigmaPattern.AnyRun}",
        "startswith" => $"{pattern}{SigmaPattern.AnyRun}",
        "endswith" => $"{SigmaPattern.AnyRun}{pattern}",
        _ => pattern,
    };

    /// <summary>UTF-8, with the letters A to Z small unless capitals matter.</summary>
    private byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(modifiers.IsCased ? text : string.Create(text.Length, text, static (characters, from) =>
    {
        for (var i = 0; i < from.Length; i++)
        {
            characters[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
        }
    }));
}
