using StreamEnricher.Kafka.Retention;

namespace StreamEnricher.UnitTests.Kafka.Retention;

public sealed class TopicRetentionTests
{
    [Theory]
    [InlineData("delete", "604800000", "-1", 604_800, false)]
    [InlineData("compact,delete", "60000", "1000000", 60, true)]
    [InlineData("delete", "-1", "1000000", null, true)]
    [InlineData("delete", "9223372036854775807", "-1", null, false)]
    [InlineData("compact", "60000", "1000000", null, false)]
    public void A_topic_deletes_by_age_by_size_by_both_or_never(string policy, string milliseconds, string bytes, int? seconds, bool bySize)
    {
        var retention = TopicRetention.Of(new Dictionary<string, string> { ["cleanup.policy"] = policy, ["retention.ms"] = milliseconds, ["retention.bytes"] = bytes });

        Assert.Equal(new TopicRetention(seconds is { } some ? TimeSpan.FromSeconds(some) : null, bySize), retention);
    }
}
