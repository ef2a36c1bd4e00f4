using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.UnitTests.Enrichment.Attribution;

public sealed class DeclaredProviderTests
{
    private static readonly AttributionSpec Spec = new() { Declared = [new(0, "technique_ids"), new(1, "rule.mitre")], Confidence = 2 };

    private readonly AttributionScratch _scratch = new();
    private readonly Attributor _attributor = new(AttributionTestData.Attack19, [new DeclaredProvider(AttributionTestData.Attack19)]);

    [Fact]
    public void An_id_is_evidence_with_its_field_and_as_it_was_written()
    {
        var found = Attribute("""{"technique_ids":["t1059/001"]}""");

        var evidence = Assert.Single(found.Evidence);
        Assert.Equal(("declared", 0.9, "technique_ids", "t1059/001"), (evidence.Provider, evidence.Confidence, evidence.Field, evidence.Value));
        Assert.Null(evidence.Rule);
        Assert.Equal(["T1059.001"], evidence.Techniques);
        var technique = Assert.Single(found.Techniques);
        Assert.Equal(("T1059.001", "PowerShell", 0.9), (technique.Id, technique.Name, technique.Confidence));
        Assert.Equal(["TA0002"], technique.TacticIds);
        Assert.Equal(0.9, found.ConfidenceScore);
    }

    [Fact]
    public void Strings_arrays_objects_and_several_ids_in_one_text_are_all_read()
    {
        var found = Attribute("""{"technique_ids":["T1566, T1190",null,7,["T1057"],{"id":"T1046","links":[{"url":"https://attack.mitre.org/techniques/T1046/"}]}],"rule":{"mitre":"T1071\/004 and T1003.006 OS Credential Dumping"}}""");

        Assert.Equal(["T1003.006", "T1046", "T1071.004", "T1190", "T1566"], found.Techniques.Select(technique => technique.Id));
        Assert.Equal(["T1566", "T1190", "T1046", "T1071/004", "T1003.006"], found.Evidence.Select(evidence => evidence.Value));
    }

    [Fact]
    public void A_revoked_id_becomes_its_successor_and_the_evidence_keeps_what_was_written()
    {
        var evidence = Assert.Single(Attribute("""{"technique_ids":"T1562.001"}""").Evidence);

        Assert.Equal(["T1685"], evidence.Techniques);
        Assert.Equal("T1562.001", evidence.Value);
    }

    [Fact]
    public void Unknown_ids_give_nothing_and_are_counted()
    {
        var found = Attribute("""{"technique_ids":["T9999","T0800","T1059.999"]}""");

        Assert.Same(StreamEnricher.Core.Attribution.Attribution.None, found);
        Assert.Equal(3, _scratch.Counts.DeclaredUnknown);
        Assert.Equal(0, _scratch.Counts.Declared);
    }

    [Theory]
    [InlineData("0.754", 0.75)]
    [InlineData("0.755", 0.76)]
    [InlineData("\"0.5\"", 0.5)]
    [InlineData("1", 1)]
    [InlineData("1e-1", 0.1)]
    [InlineData("85", 0.9)]
    [InlineData("-0.1", 0.9)]
    [InlineData("\"high\"", 0.9)]
    [InlineData("\"0.5 or so\"", 0.9)]
    [InlineData("null", 0.9)]
    [InlineData("[0.5]", 0.9)]
    public void Confidence_is_the_producers_own_when_it_is_between_0_and_1(string stated, double expected) =>
        Assert.Equal(expected, Assert.Single(Attribute($$"""{"technique_ids":"T1059","confidence":{{stated}}}""").Evidence).Confidence);

    [Fact]
    public void The_same_id_twice_in_a_field_is_one_evidence() =>
        Assert.Single(Attribute("""{"technique_ids":["T1059","T1059"]}""").Evidence);

    [Fact]
    public void The_same_id_in_two_fields_is_evidence_twice_and_one_technique()
    {
        var found = Attribute("""{"technique_ids":["T1059"],"rule":{"mitre":"T1059"}}""");

        Assert.Equal(["technique_ids", "rule.mitre"], found.Evidence.Select(evidence => evidence.Field));
        Assert.Single(found.Techniques);
    }

    [Fact]
    public void A_format_without_declared_fields_is_not_bound() =>
        Assert.Null(new DeclaredProvider(AttributionTestData.Attack19).Bind(AttributionSpec.Empty));

    private StreamEnricher.Core.Attribution.Attribution Attribute(string json)
    {
        var slotted = SlottedEvent.Parse(json, "technique_ids", "rule.mitre", "confidence");
        return _attributor.Attribute(Spec, slotted.Buffer, slotted.Slots, AttributionTestData.Context, _scratch).Ready!.Attribution;
    }
}
