using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.UnitTests.Kafka;

public sealed class SourceTopicsTests
{
    private static readonly SourceTopics Topics = new([new("ids", ["suricata", "detections.ids"]), new("rest", [@"^detections\..+"]), new("all", ["^.*"])]);

    [Theory]
    [InlineData("suricata", "ids")]
    [InlineData("detections.ids", "ids")]
    [InlineData("detections.web", "rest")]
    [InlineData("detections", "all")]
    [InlineData("Suricata", "all")]
    public void A_topic_belongs_to_the_first_source_that_names_or_matches_it(string topic, string source) => Assert.Equal(source, Topics.SourceOf(topic));

    [Fact]
    public void Only_plain_names_can_be_missing() =>
        Assert.Equal([("ids", "detections.ids")], Topics.Missing(new HashSet<string> { "suricata", "x" }));

    [Fact]
    public void Matching_gives_the_existing_topics_that_are_read()
    {
        var topics = new SourceTopics([new("ids", ["suricata"]), new("rest", [@"^detections\..+"])]);
        Assert.Equal(["detections.a", "suricata"], topics.Matching(new HashSet<string> { "suricata", "detections.a", "detections", "other" }));
    }

    [Fact]
    public void A_topic_that_two_sources_name_is_subscribed_once() =>
        Assert.Equal(["a", "^b"], new SourceTopics([new("x", ["a", "^b"]), new("y", ["a"])]).Subscription);

    [Fact]
    public void A_bad_pattern_is_named_with_its_source()
    {
        var error = Assert.Throws<KafkaSetupException>(() => new SourceTopics([new("rest", ["^detections("])]));
        Assert.Contains("'^detections(' of source 'rest'", error.Message, StringComparison.Ordinal);
    }
}
