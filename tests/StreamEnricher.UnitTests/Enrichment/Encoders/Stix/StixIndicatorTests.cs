using StreamEnricher.Enrichment.Encoders;
using static StreamEnricher.Enrichment.Encoders.IndicatorType;

namespace StreamEnricher.UnitTests.Enrichment.Encoders.Stix;

/// <summary>What an indicator says of its event.</summary>
public sealed class StixIndicatorTests : IDisposable
{
    private const string Hash = "9e107d9d372bb6826bd81d3542a419d6";

    private readonly StixBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Pattern_escapes_quote_and_backslash_for_STIX_and_then_for_JSON()
    {
        var item = Indicator(StixEvent.Of(Url, """http://evil.example/?a='b'&c=\d"""));
        Assert.Contains("""
            "name":"http://evil.example/?a='b'&c=\\d"
            """, item.Text, StringComparison.Ordinal);
        Assert.Contains("""
            "pattern":"[url:value = 'http://evil.example/?a=\\'b\\'&c=\\\\d']"
            """, item.Text, StringComparison.Ordinal);
        Assert.Equal("""[url:value = 'http://evil.example/?a=\'b\'&c=\\d']""", item["pattern"]);
    }

    [Theory]
    [InlineData(Ip, "198.51.100.3", "2026-12-24T02:59:59.120Z", "IPv4-Addr")]
    [InlineData(Ip, "2001:db8::3", "2026-12-24T02:59:59.120Z", "IPv6-Addr")]
    [InlineData(Domain, "evil.example", "2027-02-22T02:59:59.120Z", "Domain-Name")]
    [InlineData(Url, "http://evil.example/", "2027-02-22T02:59:59.120Z", "Url")]
    [InlineData(Md5, Hash, null, "StixFile")]
    internal void Indicator_is_valid_for_as_long_as_its_kind_of_value_means_the_same(IndicatorType type, string value, string? until, string openCtiType)
    {
        var item = Indicator(StixEvent.Of(type, value));
        Assert.Equal("2026-11-24T02:59:59.120Z", item["valid_from"]);
        Assert.Equal(until, item["valid_until"]);
        Assert.Contains($"\"main_observable_type\":\"{openCtiType}\"", item.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Validity_beyond_the_year_9999_is_left_open()
    {
        var item = Indicator(StixEvent.Of(Ip, "198.51.100.3") with { Seconds = 253_402_300_799, Nanoseconds = 0 });
        Assert.Equal("9999-12-31T23:59:59.000Z", item["valid_from"]);
        Assert.Null(item["valid_until"]);
    }

    [Theory]
    [InlineData(0, "informational", 0, "anomalous-activity")]
    [InlineData(25, "low", 25, "anomalous-activity")]
    [InlineData(50, "medium", 50, "malicious-activity")]
    [InlineData(75, "high", 69, "malicious-activity")]
    [InlineData(100, "critical", 69, "malicious-activity")]
    public void Confidence_without_techniques_is_the_severity_and_never_high(int severity, string label, int confidence, string type)
    {
        var item = Indicator(StixEvent.Of(Ip, "198.51.100.3") with { Severity = severity });
        Assert.Equal($"[\"{label}\"]", item.Json["labels"]!.ToJsonString());
        Assert.Equal(confidence, item.Json["confidence"]!.GetValue<int>());
        Assert.Equal($"[\"{type}\"]", item.Json["indicator_types"]!.ToJsonString());
    }

    [Theory]
    [InlineData(0.29, 29, "anomalous-activity")]
    [InlineData(0.295, 30, "malicious-activity")]
    [InlineData(0.57, 57, "malicious-activity")]
    [InlineData(0.625, 63, "malicious-activity")]
    [InlineData(1, 100, "malicious-activity")]
    [InlineData(1.5, 100, "malicious-activity")]
    public void Confidence_is_the_attributions_as_a_rounded_integer(double score, int confidence, string type)
    {
        var items = _bench.Encode(StixEvent.Of(Ip, "198.51.100.3") with { Severity = 10, Techniques = [("T1046", score)], Score = score });
        var indicator = items.Single(item => item.Type == "indicator");
        Assert.Equal(confidence, indicator.Json["confidence"]!.GetValue<int>());
        Assert.Equal($"[\"{type}\"]", indicator.Json["indicator_types"]!.ToJsonString());
        Assert.Equal(confidence, items.Single(item => item.Type == "relationship").Json["confidence"]!.GetValue<int>());
        Assert.Equal(confidence, items.Single(item => item.Type == "sighting").Json["confidence"]!.GetValue<int>());
    }

    [Fact]
    public void Times_have_three_digits_of_a_second_even_when_it_is_whole()
    {
        var items = _bench.Encode(StixEvent.Of(Ip, "198.51.100.3") with { Seconds = 0, Nanoseconds = 0 });
        Assert.All(items.Where(item => !item.Shared), item => Assert.Equal(("1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"), (item["created"], item["modified"])));
    }

    [Fact]
    public void Technique_of_another_release_is_left_out()
    {
        var items = _bench.Encode(StixEvent.Of(Ip, "198.51.100.3") with { Techniques = [("T9999", 0.9)], Score = 0.9 });
        Assert.Equal(["marking-definition", "identity", "indicator", "sighting"], items.Select(item => item.Type));
        Assert.Equal("""["high"]""", items[2].Json["labels"]!.ToJsonString());
    }

    private StixItem Indicator(StixEvent one) => _bench.Encode(one).Single(item => item.Type == "indicator");
}
