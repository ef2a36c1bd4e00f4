using StreamEnricher.Core.Attribution;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.UnitTests.Enrichment.Attribution.Service;

namespace StreamEnricher.UnitTests.Enrichment.Attribution;

public sealed class AttributorTests
{
    private static readonly AttributionSpec Spec = new() { Confidence = 0 };

    private static readonly AttributionSpec FullSpec = new()
    {
        Declared = [new(3, "technique_ids")],
        Keywords = [new(2, "description")],
        RelatedIndicators = new(0, "related_indicators"),
        Tables = [new("et-open", 1, "ip")],
    };

    private const string FullEvent = """
        {"technique_ids":["T1059.001","T1562.001"],"description":"SQL injection \u0026 port scan","ip":2000306,
         "related_indicators":[{"id":"1","type":"domain","value":"a\/b.example","tags":["T1071","phishing"]},{"type":"domain","value":"c.example","tags":["T1105"]}]}
        """;

    private readonly AttributionScratch _scratch = new();

    [Fact]
    public void The_overall_confidence_is_the_mean_of_the_three_highest_techniques()
    {
        var found = Attribute(
            Evidence(0.9, "T1059"), Evidence(0.5, "T1190", "T1566"), Evidence(0.8, "T1190"), Evidence(0.1, "T1046"), Evidence(0.333333, "T1071"));

        Assert.Equal(
            [("T1046", 0.1), ("T1059", 0.9), ("T1071", 0.333333), ("T1190", 0.8), ("T1566", 0.5)],
            found.Techniques.Select(technique => (technique.Id, technique.Confidence)));
        Assert.Equal(0.7333, found.ConfidenceScore);
    }

    [Fact]
    public void Evidence_without_a_technique_is_kept_and_gives_no_confidence()
    {
        var found = Attribute(new Evidence("sigma", [], null, new EvidenceRule("r"), null, null));

        Assert.Single(found.Evidence);
        Assert.Empty(found.Techniques);
        Assert.Equal(0, found.ConfidenceScore);
    }

    [Fact]
    public void The_same_evidence_from_two_findings_is_there_once() =>
        Assert.Single(Attribute(Evidence(0.9, "T1059"), Evidence(0.9, "T1059")).Evidence);

    [Theory]
    [InlineData("0.42", 0.42)]
    [InlineData("0.123456", 0.1235)]
    [InlineData("2", 0)]
    [InlineData("\"x\"", 0)]
    [InlineData("null", 0)]
    public void Without_a_technique_the_producers_own_confidence_counts(string stated, double expected)
    {
        var attributor = new Attributor(AttributionTestData.Attack19, []);
        var slotted = SlottedEvent.Parse($$"""{"confidence":{{stated}}}""", "confidence");

        var found = attributor.Attribute(Spec, slotted.Buffer, slotted.Slots, AttributionTestData.Context, _scratch).Ready!.Attribution;

        Assert.Equal(expected, found.ConfidenceScore);
        Assert.Empty(found.Evidence);
    }

    [Fact]
    public void With_a_technique_it_does_not()
    {
        var attributor = new Attributor(AttributionTestData.Attack19, [new FixedProvider([new Finding(Evidence(0.6, "T1059"))])]);
        var slotted = SlottedEvent.Parse("""{"confidence":0.42}""", "confidence");

        Assert.Equal(0.6, attributor.Attribute(Spec, slotted.Buffer, slotted.Slots, AttributionTestData.Context, _scratch).Ready!.Attribution.ConfidenceScore);
    }

    [Fact]
    public void An_event_without_anything_shares_one_attribution()
    {
        var attributor = new Attributor(AttributionTestData.Attack19, []);

        var one = attributor.Attribute(AttributionSpec.Empty, [], [], AttributionTestData.Context, _scratch).Ready;

        Assert.Same(one, attributor.Attribute(Spec, [], [default], AttributionTestData.Context, _scratch).Ready);
        Assert.Same(StreamEnricher.Core.Attribution.Attribution.None, one!.Attribution);
    }

    [Fact]
    public void The_same_findings_give_the_same_instance_and_other_ones_another()
    {
        var (one, two) = (new Finding(Evidence(0.9, "T1059")), new Finding(Evidence(0.8, "T1190")));
        var findings = new List<Finding> { one, two };
        var attributor = new Attributor(AttributionTestData.Attack19, [new FixedProvider(findings)]);
        var first = attributor.Attribute(Spec, [], [default], AttributionTestData.Context, _scratch).Ready;

        Assert.Same(first, attributor.Attribute(Spec, [], [default], AttributionTestData.Context, _scratch).Ready);
        findings.Remove(two);
        Assert.NotSame(first, attributor.Attribute(Spec, [], [default], AttributionTestData.Context, _scratch).Ready);
    }

    [Fact]
    public void Many_findings_are_kept_in_their_order()
    {
        var ids = AttributionTestData.Attack19.Techniques.Select(technique => technique.Id).Take(200).ToArray();
        var findings = ids.Select(id => new Finding(Evidence(0.5, id))).ToArray();
        var attributor = new Attributor(AttributionTestData.Attack19, [new FixedProvider(findings)]);

        var found = attributor.Attribute(Spec, [], [default], AttributionTestData.Context, _scratch).Ready!.Attribution;

        Assert.Equal(ids, found.Evidence.Select(evidence => evidence.Techniques[0]));
        Assert.Equal(ids.Order(StringComparer.Ordinal), found.Techniques.Select(technique => technique.Id));
    }

    [Fact]
    public void Evidence_of_a_technique_that_is_not_live_is_a_bug_and_named()
    {
        var problem = Assert.Throws<InvalidOperationException>(() => Attribute(Evidence(0.9, "T1086")));

        Assert.Equal("evidence names T1086, which is not live in ATT&CK 19", problem.Message);
    }

    [Fact]
    public async Task A_known_event_costs_no_allocation_and_gives_the_same_with_any_cache()
    {
        await using var bench = Full();
        var first = await bench.CompleteAsync(bench.AttributeEvent(FullEvent, FullSpec));
        var slotted = SlottedEvent.Parse(FullEvent, "related_indicators", "ip", "description", "technique_ids");
        Attribute(bench, slotted, 2000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Attribute(bench, slotted, 2000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.Same(first, bench.AttributeEvent(FullEvent, FullSpec).Ready!.Attribution);
        await using var other = Full();
        Assert.Equal(Describe(first), Describe(await other.CompleteAsync(other.AttributeEvent(FullEvent, FullSpec))));
        Assert.Equal(
            ["service a/b.example T1071", "service c.example T1105", "declared T1059.001 T1059.001", "declared T1562.001 T1685", "table 2000306 T1005",
             "table sql injection T1190", "table port scan T1046", "table phishing T1566"],
            first.Evidence.Select(evidence => $"{evidence.Provider} {evidence.Value} {string.Join(' ', evidence.Techniques)}"));
    }

    [Fact]
    public async Task Counts_go_to_the_meter_once_and_start_again()
    {
        await using var bench = Full();
        await bench.CompleteAsync(bench.AttributeEvent(FullEvent, FullSpec));
        bench.AttributeEvent(FullEvent, FullSpec);
        bench.AttributeEvent("""{"technique_ids":["T9999"]}""", FullSpec);
        bench.Service.Answer = (_, _) => (System.Net.HttpStatusCode.NotFound, "");
        await bench.CompleteAsync(bench.Attribute(ServiceBench.Indicator("z.example")));
        using var metrics = new StreamEnricher.Core.Metrics.PipelineMetrics();
        using var recorded = new RecordedMeasurements(metrics.Attributions.Meter);

        bench.Scratch.Counts.Report(metrics);
        bench.Scratch.Counts.Report(metrics);

        Assert.Equal(
            [
                "streamenricher.attribution declared matched 4", "streamenricher.attribution declared unknown 1", "streamenricher.attribution service failed 1",
                "streamenricher.attribution service matched 4", "streamenricher.attribution table matched 8", "streamenricher.attribution.cache hit 2",
                "streamenricher.attribution.cache miss 3", "streamenricher.attribution.degraded 1",
            ],
            recorded.Lines.Order(StringComparer.Ordinal));
    }

    private static ServiceBench Full() => new(
        null,
        new DeclaredProvider(AttributionTestData.Attack19),
        AttributionTestData.Shipped.LoadTables(["et-open", ShippedData.Keywords], AttributionTestData.Attack19));

    private static void Attribute(ServiceBench bench, SlottedEvent slotted, int times)
    {
        for (var index = 0; index < times; index++)
        {
            Assert.True(bench.Attributor.Attribute(FullSpec, slotted.Buffer, slotted.Slots, new AttributionContext("high", 1, 2, 2), bench.Scratch).IsReady);
        }
    }

    private static string Describe(StreamEnricher.Core.Attribution.Attribution found) => System.Text.Json.JsonSerializer.Serialize(found);

    private static Evidence Evidence(double confidence, params string[] techniques) => new("table", techniques, confidence, null, "f", "v");

    private static StreamEnricher.Core.Attribution.Attribution Attribute(params Evidence[] evidence)
    {
        var attributor = new Attributor(AttributionTestData.Attack19, [new FixedProvider([.. evidence.Select(item => new Finding(item))])]);
        return attributor.Attribute(Spec, [], [default], AttributionTestData.Context, new AttributionScratch()).Ready!.Attribution;
    }

    private sealed class FixedProvider(IReadOnlyList<Finding> findings) : AttributionProvider
    {
        public override string Name => "fixed";

        public override BoundProvider Bind(AttributionSpec spec) => new Bound(findings);

        private sealed class Bound(IReadOnlyList<Finding> findings) : BoundProvider
        {
            public override void Collect(ReadOnlySpan<byte> buffer, ReadOnlySpan<Slot> slots, in AttributionContext context, AttributionScratch scratch)
            {
                foreach (var finding in findings)
                {
                    scratch.Add(finding);
                }
            }
        }
    }
}
