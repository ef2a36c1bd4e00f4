using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.UnitTests.Enrichment.Attribution;

/// <summary>Whatever a worker remembers, its answers are those of one that has seen nothing yet.</summary>
public sealed class RememberedProvidersTests
{
    private static readonly AttributionSpec Spec = new()
    {
        Declared = [new(3, "technique_ids")],
        Keywords = [new(2, "description")],
        RelatedIndicators = new(0, "related_indicators"),
        Tables = [new("et-open", 1, "ip")],
        Confidence = 4,
    };

    /// <summary>Each differs from another in one text, or in where a text stands.</summary>
    private static readonly string[] Events =
    [
        """{"description":"port scan"}""",
        """{"description":"SQL injection"}""",
        """{"description":"port scan","confidence":0.4}""",
        """{"technique_ids":["T1059.001"],"description":"port scan"}""",
        """{"technique_ids":["T1059.001"],"description":"port scan","confidence":0.4}""",
        """{"technique_ids":["T1059.001"],"description":"port scan","confidence":0.41}""",
        """{"technique_ids":["T9999"]}""",
        """{"technique_ids":"T1059.001"}""",
        """{"technique_ids":[],"description":"port scan","ip":2000306}""",
        """{"related_indicators":[{"id":"1","type":"ip","value":"192.0.2.1","tags":["port scan"]}]}""",
        """{"related_indicators":[{"id":"1","type":"ip","value":"192.0.2.1","tags":["port","scan"]}]}""",
        """{"related_indicators":[{"id":"2","type":"ip","value":"192.0.2.2","tags":["port scan"]}]}""",
        $$"""{"description":"{{new string('x', 300)}} port scan"}""",
        $$"""{"technique_ids":[{{string.Join(',', AttributionTestData.Attack19.Techniques.Take(20).Select(technique => $"\"{technique.Id}\""))}}]}""",
    ];

    private readonly Attributor _attributor = new(
        AttributionTestData.Attack19,
        [
            new DeclaredProvider(AttributionTestData.Attack19),
            AttributionTestData.Shipped.LoadTables(["et-open", ShippedData.Keywords], AttributionTestData.Attack19),
        ]);

    [Fact]
    public void A_worker_that_has_seen_the_texts_finds_the_same_and_counts_the_same()
    {
        var worker = new AttributionScratch();
        for (var round = 0; round < 3; round++)
        {
            foreach (var text in Events)
            {
                var before = CountsOf(worker);
                var fresh = new AttributionScratch();

                Assert.Same(Attribute(text, fresh), Attribute(text, worker));
                Assert.Equal(CountsOf(fresh), CountsOf(worker).Zip(before, static (now, then) => now - then));
            }
        }
    }

    [Fact]
    public void Another_attributor_does_not_get_what_was_found_for_the_one_before()
    {
        var worker = new AttributionScratch();
        Attribute(Events[0], worker);
        var without = new Attributor(AttributionTestData.Attack19, [new DeclaredProvider(AttributionTestData.Attack19)]);

        Assert.Empty(Attribute(Events[0], worker, without).Evidence);
        Assert.NotEmpty(Attribute(Events[0], worker).Evidence);
    }

    private StreamEnricher.Core.Attribution.Attribution Attribute(string text, AttributionScratch scratch, Attributor? attributor = null)
    {
        var slotted = SlottedEvent.Parse(text, "related_indicators", "ip", "description", "technique_ids", "confidence");
        scratch.Related.Read(slotted.Buffer, slotted.Slots[0]);
        return (attributor ?? _attributor).Attribute(Spec, slotted.Buffer, slotted.Slots, AttributionTestData.Context, scratch).Ready!.Attribution;
    }

    private static long[] CountsOf(AttributionScratch scratch) => [scratch.Counts.Declared, scratch.Counts.DeclaredUnknown, scratch.Counts.Table];
}
