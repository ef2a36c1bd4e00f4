namespace StreamEnricher.IntegrationTests;

/// <summary>Addresses of real servers, from the environment. Without one a test is skipped, and the reason says what to set.</summary>
internal static class ServerAddress
{
    /// <summary>An Elasticsearch or OpenSearch.</summary>
    public static Uri Elasticsearch => new(Required("ELASTIC_URL", "an Elasticsearch or OpenSearch that tests may make data streams in"));

    /// <summary>A Splunk event collector.</summary>
    public static Uri Splunk => new(Required("SPLUNK_URL", "a Splunk event collector"));

    /// <summary>Its token.</summary>
    public static string SplunkToken => Required("SPLUNK_TOKEN", "a token of the Splunk event collector");

    /// <summary>Another of its tokens, with indexer acknowledgement.</summary>
    public static string SplunkAckToken => Required("SPLUNK_ACK_TOKEN", "a token of the Splunk event collector that has indexer acknowledgement on");

    /// <summary>A program that starts TAXII servers and is a TAXII client.</summary>
    public static string StixTool => Required("STIX_TOOL", "a program with the commands taxii start|stop|kill, pull and validate around OASIS's medallion, taxii2-client and stix2-validator");

    /// <summary>A Redis.</summary>
    public static string Redis => Required("REDIS_URL", "a Redis that tests may make keys in");

    private static string Required(string variable, string what)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        Assert.SkipWhen(string.IsNullOrEmpty(value), $"{variable} is not set: it names {what}.");
        return value!;
    }
}
