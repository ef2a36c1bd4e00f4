using System.Text;

namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>The Traffic Light Protocol's marking definitions.</summary>
/// <remarks>
/// TLP 1 levels are built into STIX 2.1 (§7.2.1.4) with fixed ids that every consumer knows; clear is the later name of white. Amber+strict exists only in
/// TLP 2.0, whose markings are an extension of OASIS's (extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d).
/// </remarks>
internal static class TlpMarking
{
    /// <summary>The marking definition of a level.</summary>
    /// <exception cref="ArgumentException">There is no such level.</exception>
    public static StixObject Of(string level) => level switch
    {
        "clear" => BuiltIn("613f2e26-407d-48c7-9eca-b8e91df99dc9", "white"),
        "green" => BuiltIn("34098fce-860f-48ae-8e50-ebd3cc5e41da", "green"),
        "amber" => BuiltIn("f88d31f6-486f-44da-b317-01333bde0b82", "amber"),
        "red" => BuiltIn("5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "red"),
        "amber+strict" => Strict(),
        _ => throw new ArgumentException($"no TLP level '{level}': clear, green, amber, amber+strict, red", nameof(level)),
    };

    private static StixObject BuiltIn(string uuid, string level) => Make(
        uuid,
        $$$"""
        "created":"2017-01-20T00:00:00.000Z","definition_type":"tlp","name":"TLP:{{{level.ToUpperInvariant()}}}","definition":{"tlp":"{{{level}}}"}}
        """);

    private static StixObject Strict() => Make(
        "939a9414-2ddd-4d32-a0cd-375ea402b003",
        """
        "created":"2022-10-01T00:00:00.000Z","name":"TLP:AMBER+STRICT","extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{"extension_type":"property-extension","tlp_2_0":"amber+strict"}}}
        """);

    private static StixObject Make(string uuid, string rest)
    {
        var id = "marking-definition--" + uuid;
        return new StixObject(
            Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes($$"""{"type":"marking-definition","spec_version":"2.1","id":"{{id}}",{{rest}}"""));
    }
}
