using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamEnricher.Enrichment.Encoders.Stix;
using StreamEnricher.Enrichment.StixValidation.Json;
using StreamEnricher.Enrichment.StixValidation.Patterns;
using StreamEnricher.Enrichment.StixValidation.Schemas;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.StixValidation.Rules;

/// <summary>What is wrong with an indicator's pattern: grammar, names of observables and their properties, values that nothing can have.</summary>
internal sealed partial class PatternRules(StixSchemas schemas)
{
    private static readonly Dictionary<string, int> HashLengths = new(StringComparer.Ordinal)
    {
        ["MD5"] = 32,
        ["SHA-1"] = 40,
        ["SHA-256"] = 64,
        ["SHA-512"] = 128,
        ["SHA3-256"] = 64,
        ["SHA3-512"] = 128,
        ["SSDEEP"] = 0,
        ["TLSH"] = 0,
    };

    /// <summary>Adds what is wrong.</summary>
    public void Check(LocatedValue indicator, Action<FindingLevel, LocatedValue, string, string> add)
    {
        if (indicator["pattern"] is not { Kind: JsonValueKind.String } pattern)
        {
            return;
        }

        var type = indicator.TextOf("pattern_type");
        if (type is not null && type != "stix")
        {
            if (LooksLikeStix().IsMatch(pattern.Text))
            {
                add(FindingLevel.Error, pattern, "pattern", $"is a STIX pattern, and pattern_type says {type}");
            }

            return;
        }

        if (indicator["pattern_version"] is not { } version)
        {
            add(FindingLevel.Warning, indicator, "pattern_version", "is missing: some consumers take the pattern for one of STIX 2.0");
        }
        else if (version.Text != "2.1")
        {
            add(FindingLevel.Error, version, "pattern_version", $"is {version.Text}, and the pattern is one of STIX 2.1");
        }

        try
        {
            var parsed = PatternParser.Parse(pattern.Text);
            foreach (var problem in parsed.Problems)
            {
                add(FindingLevel.Error, pattern, "pattern", problem);
            }

            foreach (var comparison in parsed.Comparisons)
            {
                Check(comparison, (level, problem) => add(level, pattern, "pattern", $"character {comparison.Position}: {problem}"));
            }
        }
        catch (PatternException error)
        {
            add(FindingLevel.Error, pattern, "pattern", $"is no STIX pattern: {error.Message}");
        }
    }

    private static bool IsValue(string type, string value) => type switch
    {
        "ipv4-addr" => IsNetwork(value, isIPv4: true),
        "ipv6-addr" => IsNetwork(value, isIPv4: false),
        "domain-name" => DomainLike().IsMatch(value),
        "url" => Uri.TryCreate(value, UriKind.Absolute, out _),
        "email-addr" => value.IndexOf('@', StringComparison.Ordinal) > 0 && !value.EndsWith('@'),
        "mac-addr" => MacAddress().IsMatch(value),
        _ => true,
    };

    private static bool IsNetwork(string value, bool isIPv4)
    {
        var parts = value.Split('/');
        var bytes = Encoding.UTF8.GetBytes(parts[0]);
        return (isIPv4 ? IpAddress.IsIPv4(bytes) : IpAddress.IsIPv6(bytes))
            && (parts.Length == 1 || (parts.Length == 2 && int.TryParse(parts[1], System.Globalization.NumberStyles.None, null, out var length) && length <= (isIPv4 ? 32 : 128)));
    }

    private static bool IsPrivate(string type, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value.Split('/')[0]);
        return type switch
        {
            "ipv4-addr" or "ipv6-addr" => !IpAddress.IsGlobal(bytes),
            "domain-name" => !DomainName.IsPublic(bytes),
            _ => false,
        };
    }

    private void Check(PatternComparison comparison, Action<FindingLevel, string> add)
    {
        if (comparison.Operator is "==" or "<>")
        {
            add(FindingLevel.Warning, $"{comparison.Operator} is another way to write {(comparison.Operator == "==" ? "=" : "!=")}: consumers that merge by the text of the pattern take it for another one");
        }

        if (schemas.PropertiesOf(comparison.ObjectType) is not { } properties)
        {
            if (!comparison.ObjectType.StartsWith("x-", StringComparison.Ordinal))
            {
                add(FindingLevel.Error, $"STIX has no observable {comparison.ObjectType}{Nearest(comparison.ObjectType)}");
            }

            return;
        }

        var first = comparison.Path[0];
        if (!properties.Contains(first) && !first.StartsWith("x_", StringComparison.Ordinal))
        {
            add(FindingLevel.Error, $"{comparison.ObjectType} has no property {first} in STIX 2.1 ({string.Join(", ", properties.Except(["type", "id", "spec_version", "object_marking_refs", "granular_markings", "defanged"]).Order(StringComparer.Ordinal))})");
            return;
        }

        if (first == "hashes")
        {
            CheckHash(comparison, add);
        }
        else if (first == "value" && comparison.Operator is "=" or "==" or "!=" or "IN" or "ISSUBSET")
        {
            CheckValues(comparison, add);
        }
    }

    private static void CheckHash(PatternComparison comparison, Action<FindingLevel, string> add)
    {
        var name = comparison.Path.Count > 1 ? comparison.Path[1] : "";
        if (!HashLengths.TryGetValue(name, out var length))
        {
            add(FindingLevel.Error, $"{name} is no name of a hash ({string.Join(", ", HashLengths.Keys)})");
            return;
        }

        if (length == 0 || comparison.Operator is not ("=" or "==" or "!=" or "IN"))
        {
            return;
        }

        foreach (var value in comparison.Values.Where(value => value.Text.Length != length || !value.Text.All(char.IsAsciiHexDigit)))
        {
            add(FindingLevel.Error, $"'{value.Text}' is no {name}");
        }
    }

    private static void CheckValues(PatternComparison comparison, Action<FindingLevel, string> add)
    {
        foreach (var value in comparison.Values)
        {
            if (value.Kind != TokenKind.String || !IsValue(comparison.ObjectType, value.Text))
            {
                add(FindingLevel.Error, $"'{value.Text}' is no {comparison.ObjectType}");
            }
            else if (IsPrivate(comparison.ObjectType, value.Text))
            {
                add(FindingLevel.Warning, $"'{value.Text}' is private or reserved: it means something else in every network");
            }
        }
    }

    private static string Nearest(string type) => type switch
    {
        "ip-addr" or "ip" or "ipv4" => " (ipv4-addr, ipv6-addr)",
        "domain" or "hostname" => " (domain-name)",
        _ => "",
    };

    [GeneratedRegex(@"^\s*\(*\s*\[\s*[a-z0-9-]+:")]
    private static partial Regex LooksLikeStix();

    [GeneratedRegex(@"^(?=.{1,253}\.?$)[^\s/:@.]{1,63}(\.[^\s/:@.]{1,63})*\.?$")]
    private static partial Regex DomainLike();

    [GeneratedRegex("^[0-9a-f]{2}(:[0-9a-f]{2}){5}$")]
    private static partial Regex MacAddress();
}
