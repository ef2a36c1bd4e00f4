using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.UnitTests.Kafka;

public sealed class ConsumerPropertiesTests
{
    [Fact]
    public void Progress_is_stored_by_hand_and_committed_by_the_client()
    {
        var all = Of(("enable.auto.commit", "false"), ("enable.auto.offset.store", "true"), ("group.id", "other")).All;
        Assert.Equal("true", all["enable.auto.commit"]);
        Assert.Equal("false", all["enable.auto.offset.store"]);
        Assert.Equal("200", all["auto.commit.interval.ms"]);
        Assert.Equal("g", all["group.id"]);
    }

    [Fact]
    public void What_the_operator_sets_wins_over_the_defaults()
    {
        var properties = Of(("fetch.max.bytes", "5000000"), ("queued.max.messages.kbytes", "1024"), ("partition.assignment.strategy", "range"));
        Assert.Equal("range", properties.All["partition.assignment.strategy"]);
        Assert.Equal((2 * 1024 * 1024) + 5_000_000, properties.PrefetchBytes);
    }

    [Fact]
    public void Assignment_is_cooperative_unless_the_broker_assigns()
    {
        Assert.Equal("cooperative-sticky", Of().All["partition.assignment.strategy"]);
        Assert.DoesNotContain("partition.assignment.strategy", Of(("group.protocol", "consumer")).All);
        Assert.DoesNotContain("session.timeout.ms", Of(("group.protocol", "consumer")).All);
    }

    [Theory]
    [InlineData(null, "earliest")]
    [InlineData("smallest", "earliest")]
    [InlineData("latest", "latest")]
    [InlineData("end", "latest")]
    [InlineData("none", "error")]
    public void The_client_itself_never_skips_anything(string? set, string reset)
    {
        var properties = set is null ? Of() : Of(("auto.offset.reset", set));
        Assert.Equal(reset, properties.OffsetReset);
        Assert.Equal("error", properties.All["auto.offset.reset"]);
    }

    [Theory]
    [InlineData("auto.offset.reset", "newest")]
    [InlineData("fetch.max.bytes", "5MiB")]
    public void A_value_that_makes_no_sense_is_named(string name, string value)
    {
        var error = Assert.Throws<KafkaSetupException>(() => Of((name, value)).PrefetchBytes);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(value, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(512)]
    [InlineData(16384)]
    public void Read_ahead_takes_an_eighth_of_the_budget_within_bounds(int mebibytes)
    {
        var limit = (long)mebibytes << 20;
        Assert.InRange(ConsumerProperties.Of(Options([]), limit).PrefetchBytes, Math.Clamp(limit / 8, 3 << 20, 96 << 20) - 4096, Math.Clamp(limit / 8, 3 << 20, 96 << 20));
    }

    [Fact]
    public void Connection_text_has_no_secret()
    {
        var connection = new KafkaConnection { BootstrapServers = "b:1", Properties = new Dictionary<string, string> { ["sasl.password"] = "hunter2" } };
        Assert.DoesNotContain("hunter2", connection.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", Options([]) with { Connection = connection } + string.Empty, StringComparison.Ordinal);
    }

    private static ConsumerProperties Of(params (string Name, string Value)[] operators) => ConsumerProperties.Of(Options(operators), 512 << 20);

    private static KafkaSourceOptions Options((string Name, string Value)[] operators) => new()
    {
        Connection = new KafkaConnection { BootstrapServers = "localhost:9092", Properties = operators.ToDictionary(static set => set.Name, static set => set.Value) },
        GroupId = "g",
        Sources = [],
        Sinks = [],
    };
}
