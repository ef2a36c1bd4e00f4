using StreamEnricher.Delivery.Splunk;

namespace StreamEnricher.UnitTests.Delivery.Splunk;

public sealed class SplunkSetupTests
{
    [Fact]
    public void The_stanzas_name_the_index_and_the_source_type()
    {
        var lines = SplunkSetup.Stanzas("cybersecurity", "cybersecurity:events").Split('\n', StringSplitOptions.TrimEntries);
        Assert.Contains("[cybersecurity:events]", lines);
        Assert.Contains("KV_MODE = json", lines);
        Assert.Contains("TRUNCATE = 0", lines);
        Assert.Contains("[cybersecurity]", lines);
        Assert.Contains("homePath   = $SPLUNK_DB/cybersecurity/db", lines);
    }

    [Theory]
    [InlineData("https://splunk:8088", "https://splunk:8088/services/collector/event", "https://splunk:8088/services/collector/ack")]
    [InlineData("https://splunk:8088/", "https://splunk:8088/services/collector/event", "https://splunk:8088/services/collector/ack")]
    [InlineData("https://proxy/hec/", "https://proxy/hec/services/collector/event", "https://proxy/hec/services/collector/ack")]
    [InlineData("https://splunk:8088/services/collector/event/1.0", "https://splunk:8088/services/collector/event/1.0", "https://splunk:8088/services/collector/ack")]
    [InlineData("https://proxy/hec/services/collector", "https://proxy/hec/services/collector", "https://proxy/hec/services/collector/ack")]
    public void The_paths_of_the_endpoints_are_added_when_they_are_missing(string url, string events, string acknowledgements)
    {
        using var endpoint = new HecEndpoint(new Uri(url), new SplunkHecOptions { Name = "s", Urls = [new Uri(url)], Token = "t" }, TimeProvider.System);
        Assert.Equal((events, acknowledgements), (endpoint.EventAddress.AbsoluteUri, endpoint.AckAddress.AbsoluteUri));
    }
}
