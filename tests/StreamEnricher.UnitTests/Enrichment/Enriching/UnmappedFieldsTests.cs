using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Testing.Enrichment;
using StreamEnricher.UnitTests.Engine.Pipeline;

namespace StreamEnricher.UnitTests.Enrichment.Enriching;

public sealed class UnmappedFieldsTests
{
    private const string Instrument = "streamenricher.unmapped_fields";

    [Fact]
    public async Task Fields_without_a_home_are_counted_by_name_as_often_as_the_sample_stands_for()
    {
        using var bench = new EnrichmentBench([], null);
        using var probe = new MetricProbe(bench.Metrics);

        await bench.EnrichAsync("""{"timestamp":"2026-01-02T03:04:05Z","a":1,"b":{"c":[2],"d":{"e":{"f":{"g":1}}}}}""", """{"unsampled":1}""");

        Assert.Equal(UnmappedFields.SampledOf, probe.Sum(Instrument, ("format", "generic"), ("field", "a")));
        Assert.Equal(UnmappedFields.SampledOf, probe.Sum(Instrument, ("field", "b.c")));
        Assert.Equal(UnmappedFields.SampledOf, probe.Sum(Instrument, ("field", "b.d.e.f")));
        Assert.Equal(3 * UnmappedFields.SampledOf, probe.Sum(Instrument));
    }

    [Fact]
    public async Task The_number_of_names_is_bounded()
    {
        using var bench = new EnrichmentBench([], null);
        using var probe = new MetricProbe(bench.Metrics);
        var members = string.Join(',', Enumerable.Range(0, UnmappedFields.MaxNames + 10).Select(index => $"\"n{index}\":1"));

        await bench.EnrichAsync($"{{{members}}}");

        Assert.Equal(10 * UnmappedFields.SampledOf, probe.Sum(Instrument, ("field", UnmappedFields.Other)));
        Assert.Equal((UnmappedFields.MaxNames + 10) * UnmappedFields.SampledOf, probe.Sum(Instrument));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(64, true)]
    public void One_event_in_64_is_looked_at(long offset, bool expected) => Assert.Equal(expected, UnmappedFields.IsSampled(offset));
}
