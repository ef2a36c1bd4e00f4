using System.Text;
using StreamEnricher.Enrichment.Scanning;
using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Enrichment.Scanning;

/// <summary>Plans and texts that several tests use.</summary>
internal static class TestPlans
{
    /// <summary>A plan with one slot for each path; names in a path are separated by slashes, aliases by blanks.</summary>
    public static ScanPlan Of(params string[] paths)
    {
        var builder = new ScanPlanBuilder();
        foreach (var aliases in paths)
        {
            var slot = builder.AddSlot();
            foreach (var path in aliases.Split(' '))
            {
                builder.AddPath(slot, path.Split('/'));
            }
        }

        return builder.Build();
    }

    /// <summary>Paths at all levels of the sample events: aliases, objects that are slots as well as parents, names of all lengths.</summary>
    public static ScanPlan Samples() => Of(
        "timestamp ts time @timestamp EventTime eventTime",
        "src_ip source data/srcip id.orig_h src_endpoint/ip",
        "dest_ip destination id.resp_h",
        "src_port",
        "proto",
        "alert/signature",
        "alert/signature_id",
        "alert/metadata/mitre_technique_id",
        "dns",
        "dns/queries",
        "http/http_user_agent",
        "flow/start",
        "rule rule/id",
        "rule/mitre",
        "rule/mitre/id",
        "related_indicators",
        "description",
        "CommandLine Event/EventData/CommandLine",
        "ParentCommandLine",
        "Event/System/TimeCreated/#attributes/SystemTime",
        "userIdentity/sessionContext/attributes/mfaAuthenticated",
        "output_fields/proc.cmdline",
        "source.ip",
        "a/b/c/d/e/f",
        "numbers");

    /// <summary>The sample events: one line each, written for these tests in the shapes of common producers.</summary>
    public static IReadOnlyList<byte[]> Lines { get; } =
        [.. File.ReadLines(Repository.PathOf("tests", "StreamEnricher.Testing", "Data", "events.ndjson")).Select(Encoding.UTF8.GetBytes)];
}
