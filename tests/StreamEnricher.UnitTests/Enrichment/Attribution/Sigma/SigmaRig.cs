using System.Text;
using StreamEnricher.Core.Attribution;
using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Sigma;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Sigma;

/// <summary>Rules and a format as YAML; events in, evidence out.</summary>
internal sealed class SigmaRig
{
    /// <summary>Events of product acme; field names are paths.</summary>
    public const string Acme = """
        format: acme
        vendor_namespace: acme.event
        fields: { event.kind: { value: event } }
        sigma: { product: acme }
        """;

    private readonly FormatPlan _plan;
    private readonly BoundProvider? _provider;
    private readonly AttributionScratch _scratch = new();
    private readonly ScanState _scan = new();

    public SigmaRig(string rules, string format = Acme, SigmaLevel minimum = SigmaLevel.Informational, bool acrossPartitions = false)
    {
        using var data = new AttributionTestData();
        data.Write("rules/r.yml", rules);
        Rules = SigmaRuleSet.Load([data.PathOf("rules")], minimum);
        var problems = new List<FormatProblem>();
        var definition = FormatReader.Read("f.yaml", format, problems);
        _plan = FormatCompiler.Compile(definition!, problems, Rules)!;
        Assert.Empty(problems);
        _provider = new SigmaProvider(Rules, AttributionTestData.Attack19, acrossPartitions).Bind(_plan.Cases[^1].Attribution);
    }

    public SigmaRuleSet Rules { get; }

    /// <summary>A rule of product acme, with the id "r".</summary>
    public static string Rule(string detection, string id = "r", string more = "level: high") =>
        $"title: Rule {id}\nid: {id}\nlogsource: {{ product: acme }}\n{more}\ndetection:\n{Indent(detection)}\n";

    /// <summary>Whether a rule with a detection matches an event.</summary>
    public static bool Matches(string detection, string json) => new SigmaRig(Rule(detection)).Match(json).Count == 1;

    /// <summary>Evidence of an event.</summary>
    public IReadOnlyList<Evidence> Match(string json)
    {
        var length = Encoding.UTF8.GetByteCount(json);
        var buffer = new byte[length + 1 + EventBatch.Padding];
        Encoding.UTF8.GetBytes(json, buffer);
        buffer[length] = (byte)'\n';
        Assert.Equal(ScanStatus.Ok, JsonScanner.Scan(buffer, 0, length, _plan.Scan, _scan));
        return Match(buffer, length);
    }

    /// <summary>Ids of the rules that an event of a partition hits or completes.</summary>
    /// <param name="id">Number of the event.</param>
    /// <param name="seconds">Its time.</param>
    /// <param name="json">The event.</param>
    /// <param name="partition">Partition of topic t.</param>
    public IReadOnlyList<string> At(int id, long seconds, string json, int partition = 0)
    {
        Match(json, new AttributionContext("low", seconds, 0) { EventId = (UInt128)id, Topic = "t", Partition = partition });
        return [.. _scratch.Findings.ToArray().SelectMany(finding => finding.Evidence).Select(evidence => evidence.Rule!.Id!)];
    }

    /// <summary>Evidence of the event before.</summary>
    public Evidence Last => _scratch.Findings[^1].Evidence[^1];

    /// <summary>Counts since the rig was made.</summary>
    public AttributionCounts Counts => _scratch.Counts;

    private void Match(string json, AttributionContext context)
    {
        var length = Encoding.UTF8.GetByteCount(json);
        var buffer = new byte[length + 1 + EventBatch.Padding];
        Encoding.UTF8.GetBytes(json, buffer);
        buffer[length] = (byte)'\n';
        Assert.Equal(ScanStatus.Ok, JsonScanner.Scan(buffer, 0, length, _plan.Scan, _scan));
        _scratch.Begin();
        _provider?.Collect(buffer, _scan.Slots, context, _scratch);
    }

    /// <summary>The same for an event that is scanned already.</summary>
    public IReadOnlyList<Evidence> Match(byte[] buffer, int length)
    {
        Collect(buffer, length);
        return [.. _scratch.Findings.ToArray().SelectMany(finding => finding.Evidence)];
    }

    /// <summary>The same without a list.</summary>
    public void Collect(byte[] buffer, int length)
    {
        _scratch.Begin();
        _provider?.Collect(buffer, _scan.Slots, new AttributionContext("low", 0, 0, eventStart: 0, eventLength: length), _scratch);
    }

    private static string Indent(string text) => string.Join('\n', text.Split('\n').Select(line => "  " + line));
}
