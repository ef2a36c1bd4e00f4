using System.Text;
using StreamEnricher.Cli.Api.Posting;

namespace StreamEnricher.UnitTests.Cli.Api.Posting;

public sealed class PostedEventTests
{
    [Theory]
    [InlineData("""{"event":{"a":1}}""", """{"a":1}""")]
    [InlineData("""{"event":{"a":1},"source_service":"x"}""", """{"a":1,"source_service":"x"}""")]
    [InlineData("""{"event":{ },"source_service":"x"}""", """{"source_service":"x"}""")]
    [InlineData("""{"event":{"source_service":"own"},"source_service":"x"}""", """{"source_service":"own"}""")]
    [InlineData("""{"event":{"a":1.50,"b":"\u00e9"},"source_service":null}""", """{"a":1.50,"b":"\u00e9"}""")]
    public void The_record_is_the_event_as_posted_with_its_service(string posted, string expected)
    {
        Assert.Null(PostedEvent.TryRead(Encoding.UTF8.GetBytes(posted), out var value));
        Assert.Equal(expected, Encoding.UTF8.GetString(value));
    }

    [Fact]
    public void A_service_cannot_break_out_of_its_text()
    {
        Assert.Null(PostedEvent.TryRead("""{"event":{"a":1},"source_service":"x\",\"severity\":\"low\n"}"""u8.ToArray(), out var value));
        Assert.Equal("{\"a\":1,\"source_service\":\"x\\u0022,\\u0022severity\\u0022:\\u0022low\\n\"}", Encoding.UTF8.GetString(value));
    }
}
