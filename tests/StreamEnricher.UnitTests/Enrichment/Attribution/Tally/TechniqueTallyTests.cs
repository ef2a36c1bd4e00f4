using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Core.Attribution;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Enrichment.Attribution.Tally;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Testing.Enrichment;
using Whole = StreamEnricher.Core.Attribution.Attribution;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Tally;

public sealed class TechniqueTallyTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Start);
    private readonly SeenAttributions _seen = new();

    [Fact]
    public void Events_are_counted_for_each_technique_with_the_highest_confidence_and_the_time()
    {
        var tally = new TechniqueTally(1 << 20, _time);
        Add(tally, (Found(0.5, "T1059.001", "T1046"), 3), (Found(0.9, "T1046"), 2));
        _time.Advance(TimeSpan.FromSeconds(5));
        Add(tally, (Found(0.2, "T1046"), 1));

        Assert.Equal(
            [("T1046", 6, 0.9, Start, Start.AddSeconds(5)), ("T1059.001", 3, 0.5, Start, Start)],
            tally.All().Select(static one => (one.Id, one.Events, one.Confidence, one.FirstSeen, one.LastSeen)));
        Assert.Equal(2, tally.Version);
        Assert.Null(tally.Find("T1190"));
    }

    [Fact]
    public void Events_without_techniques_are_nothing_to_it()
    {
        var tally = new TechniqueTally(1 << 20, _time);
        Add(tally, (new RenderedAttribution(Whole.None, Shipped.Catalogue), 5));

        Assert.Empty(tally.All());
        Assert.Equal(0, tally.Version);
    }

    [Fact]
    public void The_latest_different_evidence_is_kept_newest_first()
    {
        var tally = new TechniqueTally(1 << 20, _time);
        foreach (var value in new[] { "a", "b", "b", "c", "d" })
        {
            Add(tally, (Found(0.5, value, ["T1046"]), 1));
        }

        Assert.Equal(["d", "c", "b"], tally.Find("T1046")!.Evidence.Select(static one => one.Value));
    }

    [Fact]
    public void One_event_a_technique_and_second_is_kept_newest_first()
    {
        var tally = new TechniqueTally(1 << 20, _time);
        var found = Found(0.5, "T1046");
        for (var second = 0; second < 6; second++)
        {
            Add(tally, (found, 2));
            Add(tally, (found, 1));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        var samples = tally.Samples("T1046");

        Assert.Equal(TechniqueEntry.MostSamples, samples.Count);
        Assert.Equal(samples.Select(static one => one.Taken).OrderDescending(), samples.Select(static one => one.Taken));
        Assert.All(samples, static one => Assert.Equal("{\"n\":1}", Encoding.UTF8.GetString(one.Value)));
    }

    [Fact]
    public void Bytes_of_samples_are_bounded_and_the_oldest_go_first()
    {
        var tally = new TechniqueTally(15, _time);
        Add(tally, (Found(0.5, "T1046"), 1));
        Add(tally, (Found(0.5, "T1190"), 1));
        Add(tally, (Found(0.5, "T1078"), 1));

        Assert.Empty(tally.Samples("T1046"));
        Assert.Single(tally.Samples("T1190"));
        Assert.Single(tally.Samples("T1078"));
        Assert.Equal(1, tally.Find("T1046")!.Events);
    }

    [Fact]
    public void Nothing_is_allocated_for_what_has_been_seen()
    {
        var tally = new TechniqueTally(1 << 20, _time);
        RenderedAttribution[] found = [.. Enumerable.Range(0, 50).Select(static i => Found(0.5, $"value {i}", ["T1046", "T1059.001"]))];
        var batch = Batch(1);
        for (var warm = 0; warm < 2; warm++)
        {
            Run();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        batch.Release();

        void Run()
        {
            for (var i = 0; i < 1000; i++)
            {
                _seen.Note(found[i % found.Length], 0);
            }

            tally.Add(_seen, batch);
        }
    }

    private static RenderedAttribution Found(double confidence, params string[] techniques) => Found(confidence, "v", techniques);

    private static RenderedAttribution Found(double confidence, string value, string[] techniques) => new(
        new Whole(
            [.. techniques.Select(id => new TechniqueScore(id, "name", [.. Shipped.Catalogue.Find(id)!.TacticIds], confidence))],
            [new Evidence("table", techniques, confidence, null, "field", value)],
            [],
            confidence,
            false),
        Shipped.Catalogue);

    private static EventBatch Batch(int events)
    {
        var batch = new EventBatch(1 << 12, events, MemoryLease.Unlimited);
        var lease = new PartitionLease("s", "t", 0, [0]);
        for (var i = 0; i < events; i++)
        {
            Assert.True(batch.TryAppend(lease, i, 0, "{\"n\":1}"u8, false, default, true, default));
        }

        return batch;
    }

    private void Add(TechniqueTally tally, params (RenderedAttribution Found, int Events)[] found)
    {
        var batch = Batch(found.Sum(static one => one.Events));
        var record = 0;
        foreach (var (attribution, events) in found)
        {
            for (var i = 0; i < events; i++)
            {
                _seen.Note(attribution, record++);
            }
        }

        tally.Add(_seen, batch);
        Assert.True(_seen.IsEmpty);
        batch.Release();
    }
}
