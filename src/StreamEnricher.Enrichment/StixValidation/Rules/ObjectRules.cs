using System.Globalization;
using System.Text.Json;
using StreamEnricher.Enrichment.StixValidation.Json;

namespace StreamEnricher.Enrichment.StixValidation.Rules;

/// <summary>What schemas do not see in a single object.</summary>
/// <param name="now">Moment that dates are compared with.</param>
internal sealed class ObjectRules(DateTimeOffset now)
{
    private const string Tlp2Extension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";
    private const string Tlp2Prefix = "marking-definition--";
    private static readonly TimeSpan FarAhead = TimeSpan.FromDays(366);

    private static readonly Dictionary<string, string> Tlp2 = new(StringComparer.Ordinal)
    {
        [Tlp2Prefix + "94868c89-83c2-464b-929b-a1a8aa3c8487"] = "clear",
        [Tlp2Prefix + "bab4a63c-aed9-4cf5-a766-dfca5abac2bb"] = "green",
        [Tlp2Prefix + "55d920b0-5e8b-4f79-9ee9-91f868d9b421"] = "amber",
        [Tlp2Prefix + "939a9414-2ddd-4d32-a0cd-375ea402b003"] = "amber+strict",
        [Tlp2Prefix + "e828b379-4e03-4974-9ac4-e53a884c97c1"] = "red",
    };

    private static readonly HashSet<string> Tlp1 = new(StringComparer.Ordinal)
    {
        Tlp2Prefix + "613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp2Prefix + "34098fce-860f-48ae-8e50-ebd3cc5e41da",
        Tlp2Prefix + "f88d31f6-486f-44da-b317-01333bde0b82", Tlp2Prefix + "5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
    };

    private static readonly string[] Ordered = ["first_seen", "last_seen", "valid_from", "valid_until", "first_observed", "last_observed", "start_time", "stop_time", "created", "modified"];

    /// <summary>The marking is built into STIX 2.1 or its TLP 2.0 extension: every consumer knows it without being sent it.</summary>
    public static bool IsWellKnown(string id) => Tlp1.Contains(id) || Tlp2.ContainsKey(id);

    /// <summary>Adds what is wrong.</summary>
    public void Check(LocatedValue stix, Action<FindingLevel, LocatedValue, string, string> add)
    {
        CheckTexts(stix, "", add);
        CheckTimes(stix, add);
        // 85.5 is no integer, which the schema says; 85.0 is one, and readers of integers refuse it all the same.
        if (stix["confidence"] is { Kind: JsonValueKind.Number } confidence && !confidence.Text.All(char.IsAsciiDigit)
            && decimal.TryParse(confidence.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Truncate(number))
        {
            add(FindingLevel.Error, confidence, "confidence", $"is written {confidence.Text}: an integer has neither a fraction nor an exponent");
        }

        if (stix.TextOf("type") == "sighting" && stix["count"] is { Text: "0" } count)
        {
            add(FindingLevel.Warning, count, "count", "is 0: a sighting of nothing");
        }

        CheckMarkings(stix, add);
    }

    private static void CheckMarkings(LocatedValue stix, Action<FindingLevel, LocatedValue, string, string> add)
    {
        var tlp = stix.TextsOf("object_marking_refs").Where(static one => IsWellKnown(one.Text)).ToList();
        if (tlp.Count > 1)
        {
            add(FindingLevel.Error, tlp[1], "object_marking_refs", "an object has one TLP marking");
        }

        if (stix["extensions"]?[Tlp2Extension]?["tlp_2_0"] is { } level)
        {
            if (!Tlp2.ContainsValue(level.Text))
            {
                add(FindingLevel.Error, level, $"extensions.{Tlp2Extension}.tlp_2_0", $"{level.Text} is no level of TLP 2.0 ({string.Join(", ", Tlp2.Values)})");
            }
            else if (Tlp2.FirstOrDefault(one => one.Value == level.Text).Key is { } id && stix.TextOf("id") != id)
            {
                add(FindingLevel.Error, level, $"extensions.{Tlp2Extension}.tlp_2_0", $"the marking {level.Text} of TLP 2.0 has the id {id}");
            }
        }
    }

    private static void CheckTexts(LocatedValue value, string path, Action<FindingLevel, LocatedValue, string, string> add)
    {
        if (value.Kind == JsonValueKind.String)
        {
            if (value.IsBroken)
            {
                add(FindingLevel.Error, value, path, "has half of a surrogate pair: it is no Unicode text");
            }
            else if (value.Text.Contains('\0', StringComparison.Ordinal))
            {
                add(FindingLevel.Error, value, path, "has a NUL character, which consumers cut or refuse");
            }
            else if (value.Text.Length == 0)
            {
                add(FindingLevel.Warning, value, path, "is empty: leave it out");
            }
            else if (IsIdPath(path) && value.Text.Any(char.IsAsciiLetterUpper))
            {
                add(FindingLevel.Error, value, path, "has upper-case letters: ids are compared as text");
            }
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.Members)
        {
            var inner = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (!names.Add(member.Name))
            {
                add(FindingLevel.Error, member.Value, inner, "is there twice");
            }

            CheckTexts(member.Value, inner, add);
        }

        for (var i = 0; i < value.Items.Count; i++)
        {
            CheckTexts(value.Items[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), add);
        }
    }

    private static bool IsIdPath(string path) => path == "id" || path.EndsWith("_ref", StringComparison.Ordinal) || path.Contains("_refs[", StringComparison.Ordinal);

    private void CheckTimes(LocatedValue stix, Action<FindingLevel, LocatedValue, string, string> add)
    {
        for (var i = 0; i < Ordered.Length; i += 2)
        {
            if (Time(stix, Ordered[i]) is not { } first || Time(stix, Ordered[i + 1]) is not { } last)
            {
                continue;
            }

            if (last < first || (last == first && Ordered[i] == "valid_from"))
            {
                add(FindingLevel.Error, stix[Ordered[i + 1]]!, Ordered[i + 1], $"is {(last == first ? "not after" : "before")} {Ordered[i]}");
            }
        }

        foreach (var name in Ordered.Where(static name => name != "valid_until" && name != "stop_time"))
        {
            if (Time(stix, name) is { } time && time > now + FarAhead)
            {
                add(FindingLevel.Error, stix[name]!, name, $"{stix[name]!.Text} is more than a year ahead");
            }
        }

        foreach (var name in (ReadOnlySpan<string>)["created", "modified"])
        {
            if (stix.TextOf(name) is { } text && text.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && text.Length - dot - 2 > 6)
            {
                add(FindingLevel.Warning, stix[name]!, name, $"{text} has more than six digits of a second, which some servers choke on");
            }
        }
    }

    private static DateTimeOffset? Time(LocatedValue stix, string name) =>
        stix.TextOf(name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
