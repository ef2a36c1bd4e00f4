using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Enrichment.Intelligence;

namespace StreamEnricher.UnitTests.Enrichment.Intelligence;

/// <summary>Which objects come of which events.</summary>
public sealed class AggregationTests
{
    private const long Hour = AggregationRig.Hour;
    private const long Minute = 60_000;
    private const string A = "198.51.100.1";
    private const string B = "198.51.100.2";

    [Fact]
    public async Task A_value_has_one_indicator_and_each_window_one_sighting_with_its_count()
    {
        await using var rig = new AggregationRig();
        await rig.DeliverAsync(0, new Seen(10 * Minute, A), new Seen(20 * Minute, A), new Seen(30 * Minute, B));
        await rig.DeliverAsync(3, new Seen(15 * Minute, A), new Seen(70 * Minute, A));

        Assert.Equal([A, B], rig.Objects.Where(static one => AggregationRig.Type(one) == "indicator").Select(static one => (string)one["name"]!));
        Assert.Equal([$"{A} 01:00:00 00:10:00-00:20:00 3", $"{B} 01:00:00 00:30:00-00:30:00 1"], rig.Sightings);
    }

    [Fact]
    public async Task A_window_stays_open_for_the_lateness()
    {
        await using var rig = new AggregationRig();
        await rig.DeliverAsync(0, new Seen(59 * Minute, A), new Seen(64 * Minute, B), new Seen(58 * Minute, A));

        Assert.Empty(rig.Sightings);
        Assert.Equal(0, rig.Aggregator.Figures.Late);
    }

    [Fact]
    public async Task What_comes_too_late_makes_a_further_part_of_its_window()
    {
        await using var rig = new AggregationRig();
        await rig.DeliverAsync(0, new Seen(10 * Minute, A), new Seen(70 * Minute, B), new Seen(20 * Minute, A), new Seen(30 * Minute, A), new Seen(130 * Minute, B));

        Assert.Equal([$"{A} 01:00:00 00:10:00-00:10:00 1", $"{A} 01:00:00 00:20:00-00:30:00 2", $"{B} 02:00:00 01:10:00-01:10:00 1"], rig.Sightings);
        Assert.Equal(1, rig.Aggregator.Figures.Late);
    }

    [Fact]
    public async Task A_clock_that_is_a_year_ahead_closes_nobodys_windows()
    {
        await using var rig = new AggregationRig();
        await rig.DeliverAsync(0, new Seen(10 * Minute, A), new Seen(8760 * Hour, B) { Timestamp = 11 * Minute }, new Seen(20 * Minute, A));

        Assert.Empty(rig.Sightings);
        Assert.Equal(1, rig.Aggregator.Figures.ClockBounded);
        await rig.DeliverAsync(3, new Seen(2 * Hour, A));
        Assert.Equal([$"{A} 01:00:00 00:10:00-00:20:00 2", $"{B} 01:00:00 00:11:00-00:11:00 1"], rig.Sightings);
    }

    [Fact]
    public async Task An_idle_partition_closes_its_windows_by_the_clock()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using var rig = new AggregationRig(time: clock);
        await rig.DeliverAsync(0, new Seen(10 * Minute, A));
        clock.Advance(TimeSpan.FromMinutes(64));
        await rig.CloseIdleAsync();
        Assert.Empty(rig.Sightings);

        clock.Advance(TimeSpan.FromMinutes(2));
        await rig.CloseIdleAsync();
        Assert.Equal([$"{A} 01:00:00 00:10:00-00:10:00 1"], rig.Sightings);
    }

    [Fact]
    public async Task An_indicator_gets_a_version_for_what_is_new_and_none_for_what_is_not()
    {
        await using var rig = new AggregationRig();
        await rig.DeliverAsync(0, new Seen(1 * Minute, A) { Techniques = [0] }, new Seen(2 * Minute, A) { Techniques = [0], Severity = 40 }, new Seen(3 * Minute, A) { Techniques = [2], Severity = 90 });

        var versions = rig.Objects.Where(static one => AggregationRig.Type(one) == "indicator").ToList();
        Assert.Equal(["1970-01-01T00:01:00.000Z", "1970-01-01T00:03:00.000Z"], versions.Select(static one => (string)one["modified"]!));
        Assert.All(versions, static one => Assert.Equal("1970-01-01T00:01:00.000Z", (string)one["created"]!));
        Assert.Equal(["medium", "mitre_attack:T1046"], versions[0]["labels"]!.AsArray().Select(static label => (string)label!));
        Assert.Equal(["critical", "mitre_attack:T1046", "mitre_attack:T1059.001"], versions[1]["labels"]!.AsArray().Select(static label => (string)label!));
        Assert.Equal(2, rig.Objects.Count(static one => AggregationRig.Type(one) == "relationship"));
    }

    [Fact]
    public async Task A_validity_is_renewed_when_half_of_it_is_gone()
    {
        await using var rig = new AggregationRig();
        await rig.DeliverAsync(0, new Seen(0, A), new Seen(14 * 24 * Hour, A), new Seen(16 * 24 * Hour, A));

        Assert.Equal(
            ["1970-01-31T00:00:00.000Z", "1970-02-16T00:00:00.000Z"],
            rig.Objects.Where(static one => AggregationRig.Type(one) == "indicator").Select(static one => (string)one["valid_until"]!));
    }

    [Fact]
    public async Task What_comes_again_is_not_counted_again()
    {
        await using var rig = new AggregationRig();
        await rig.DeliverAsync(0, new Seen(Minute, A), new Seen(2 * Minute, A));
        await rig.RestartAsync();
        await rig.DeliverAsync(0, new Seen(Minute, A), new Seen(2 * Minute, A), new Seen(3 * Minute, A), new Seen(2 * Hour, B));

        Assert.Equal([$"{A} 01:00:00 00:01:00-00:03:00 3"], rig.Sightings);
        Assert.Equal(2, rig.Aggregator.Figures.Replayed);
    }

    [Fact]
    public async Task Under_pressure_windows_merge_and_close_early_and_every_event_is_counted()
    {
        await using var rig = new AggregationRig(new AggregationOptions { MaxBytes = 40_000, Lateness = TimeSpan.FromHours(3) });
        var offset = 0L;
        for (var round = 0; round < 6; round++)
        {
            var seen = Enumerable.Range(0, 120).Select(i => new Seen((round % 3 * Hour) + (i * 1000), $"198.51.{round / 3}.{i}")).ToList();
            await rig.DeliverAsync(offset, seen);
            offset += seen.Count;
        }

        await rig.DeliverAsync(offset, new Seen(200 * Hour, A));
        await rig.DeliverAsync(offset + 1, new Seen(400 * Hour, A));
        Assert.True(rig.Aggregator.Bytes <= 40_000);
        Assert.True(rig.Aggregator.Figures.Merged > 0);
        Assert.True(rig.Aggregator.Figures.ClosedEarly > 0);
        Assert.True(rig.Aggregator.Figures.Forgotten > 0);
        Assert.Equal(offset + 1, rig.Objects.Where(static one => AggregationRig.Type(one) == "sighting").DistinctBy(static one => (string)one["id"]!).Sum(static one => (long)one["count"]!));
    }

    [Fact]
    public async Task What_was_told_leaves_the_state()
    {
        await using var rig = new AggregationRig();
        await rig.DeliverAsync(0, new Seen(Minute, A), new Seen(2 * Hour, A));
        await rig.DeliverAsync(2, new Seen(2 * Hour, A));

        // The partition, the indicator and the window that is open.
        Assert.Equal(3, rig.Store.Count);
    }

    [Fact]
    public async Task A_destination_that_takes_requests_by_themselves_gets_the_indicator_with_its_sighting()
    {
        await using var rig = new AggregationRig(selfContained: true);
        await rig.DeliverAsync(0, new Seen(Minute, A) { Techniques = [0] });
        var before = rig.Objects.Count;
        await rig.DeliverAsync(1, new Seen(2 * Hour, A) { Techniques = [0] });

        Assert.Equal(
            ["marking-definition", "identity", "identity", "marking-definition", "attack-pattern", "indicator", "relationship", "sighting"],
            rig.Objects.Skip(before).Select(AggregationRig.Type));
    }
}
