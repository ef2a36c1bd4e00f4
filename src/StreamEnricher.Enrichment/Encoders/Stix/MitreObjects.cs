using System.Text;

namespace StreamEnricher.Enrichment.Encoders.Stix;

/// <summary>MITRE's identity and copyright statement as published with ATT&amp;CK (github.com/mitre-attack/attack-stix-data): its attack-patterns refer to both.</summary>
internal static class MitreObjects
{
    public const string IdentityId = "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5";

    public const string MarkingId = "marking-definition--fa42a846-8d90-4e51-bc29-71d5b4802168";

    /// <summary>
    /// The day of MITRE's first techniques: the <c>created</c> of an attack-pattern whose own is not in the catalogue. It is earlier than
    /// any <c>modified</c> and never changes for an id.
    /// </summary>
    public const string FirstRelease = "2017-05-31T00:00:00.000Z";

    /// <summary>The MITRE Corporation.</summary>
    public static StixObject Identity { get; } = Make(
        IdentityId,
        $$"""
        {"type":"identity","spec_version":"2.1","id":"{{IdentityId}}","created":"2017-06-01T00:00:00.000Z","modified":"2025-03-19T15:00:40.855Z","name":"The MITRE Corporation","identity_class":"organization","object_marking_refs":["{{MarkingId}}"]}
        """);

    /// <summary>The copyright statement.</summary>
    public static StixObject Marking { get; } = Make(
        MarkingId,
        $$$"""
        {"type":"marking-definition","spec_version":"2.1","id":"{{{MarkingId}}}","created":"2017-06-01T00:00:00.000Z","created_by_ref":"{{{IdentityId}}}","definition_type":"statement","definition":{"statement":"Copyright 2015-2025, The MITRE Corporation. MITRE ATT&CK and ATT&CK are registered trademarks of The MITRE Corporation."}}
        """);

    private static StixObject Make(string id, string json) => new(Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(json));
}
