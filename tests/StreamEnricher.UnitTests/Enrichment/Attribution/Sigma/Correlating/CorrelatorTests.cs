using StreamEnricher.Enrichment.Attribution.Sigma.Correlating;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Sigma.Correlating;

public sealed class CorrelatorTests
{
    private static readonly SigmaCorrelation Pairs = new()
    {
        File = "r.yml",
        Line = 1,
        Id = "c",
        Title = "C",
        Type = CorrelationType.EventCount,
        Rules = [],
        Timespan = TimeSpan.FromMinutes(1),
        Count = 2,
    };

    [Fact]
    public void Groups_that_had_no_hit_for_longest_are_forgotten_when_there_are_too_many()
    {
        // All groups lie in one of the sixteen parts, which keeps two hits.
        var correlator = new Correlator(mostHits: 32);
        Assert.False(Add(correlator, group: 16, id: 1, out _));
        Assert.False(Add(correlator, group: 32, id: 2, out _));
        Assert.False(Add(correlator, group: 48, id: 3, out var forgotten));

        Assert.Equal(1, forgotten);
        Assert.Equal(2, correlator.Hits);
        Assert.True(Add(correlator, group: 48, id: 4, out _));
        Assert.False(Add(correlator, group: 16, id: 5, out _));
    }

    [Fact]
    public void Hits_are_dropped_when_the_newest_of_their_group_is_two_timespans_later()
    {
        var correlator = new Correlator();
        for (var minute = 0; minute < 100; minute += 2)
        {
            Assert.False(correlator.Add(Pairs, 1, new CorrelationHit(minute * TimeSpan.TicksPerMinute, (UInt128)minute, 0, 0), out _));
        }

        Assert.Equal(2, correlator.Hits);
        Assert.False(correlator.Add(Pairs, 1, new CorrelationHit(0, 1000, 0, 0), out _));
        Assert.Equal(2, correlator.Hits);
    }

    [Fact]
    public void Many_threads_find_every_pair_of_their_groups()
    {
        var correlator = new Correlator();
        var fired = 0;
        Parallel.For(0, 20_000, index =>
        {
            if (correlator.Add(Pairs, (UInt128)(index / 2), new CorrelationHit(0, (UInt128)index, 0, 0), out _))
            {
                Interlocked.Increment(ref fired);
            }
        });

        Assert.Equal(10_000, fired);
        Assert.Equal(20_000, correlator.Hits);
    }

    private static bool Add(Correlator correlator, int group, int id, out int forgotten) =>
        correlator.Add(Pairs, (UInt128)group, new CorrelationHit(0, (UInt128)id, 0, 0), out forgotten);
}
