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
    [InlineData("https://splunk:8088", "https://splunk:8088/services/collector/event")]
    [InlineData("https://splunk:8088/", "https://splunk:8088/services/collector/event")]
    [InlineData("https://proxy/hec/", "https://proxy/hec/services/collector/event")]
    [InlineData("https://splunk:8088/services/collector/event/1.0", "https://splunk:8088/services/collector/event/1.0")]
    public void The_path_of_the_event_endpoint_is_added_when_it_is_missing(string url, string endpoint) =>
        Assert.Equal(endpoint, new SplunkHecOptions { Name = "s", Url = new Uri(url), Token = "t" }.EventEndpoint.AbsoluteUri);
}
