using StreamEnricher.Delivery.Elasticsearch;
using StreamEnricher.Delivery.Splunk;

namespace StreamEnricher.UnitTests.Delivery.Http;

public sealed class OptionsTests
{
    [Fact]
    public void Elasticsearch_options_as_text_hold_no_secret()
    {
        var text = new ElasticsearchOptions
        {
            Name = "siem",
            Urls = [new Uri("https://elastic:secret1@es1:9200/path?key=secret2"), new Uri("https://es2:9200")],
            ApiKey = "secret3",
            Username = "user",
            Password = "secret4",
        }.ToString();
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Contains("siem", text, StringComparison.Ordinal);
        Assert.Contains("https://es1:9200/path", text, StringComparison.Ordinal);
        Assert.Contains("https://es2:9200", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Splunk_options_as_text_hold_no_secret()
    {
        var text = new SplunkHecOptions { Name = "splunk", Urls = [new Uri("https://x:secret1@splunk:8088/?token=secret2")], Token = "secret3" }.ToString();
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.Contains("https://splunk:8088", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_api_key_goes_before_a_user()
    {
        var options = new ElasticsearchOptions { Name = "siem", Urls = [new Uri("http://es")], ApiKey = "a2V5", Username = "user", Password = "word" };
        Assert.Equal("ApiKey a2V5", ElasticsearchSink.Authorization(options)!.ToString());
        Assert.Equal("Basic dXNlcjp3b3Jk", ElasticsearchSink.Authorization(options with { ApiKey = "" })!.ToString());
        Assert.Null(ElasticsearchSink.Authorization(options with { ApiKey = null, Username = "" }));
    }
}
