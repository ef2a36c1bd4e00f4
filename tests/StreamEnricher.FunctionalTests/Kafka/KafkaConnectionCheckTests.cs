using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Consuming;
using StreamEnricher.Kafka.Setup;

namespace StreamEnricher.FunctionalTests.Kafka;

public sealed class KafkaConnectionCheckTests
{
    [Fact]
    public async Task All_missing_topics_are_named_at_once()
    {
        await using var broker = EmbeddedBroker.Start();
        broker.CreateTopics("suricata", "out");
        var problems = await CheckAsync(broker.Connection, [new("ids", ["suricata", "zeek"]), new("rest", [@"^detections\..+"])], ["out", "dead"]);
        Assert.Collection(
            problems,
            static problem => Assert.StartsWith("Source ids: there is no topic zeek", problem, StringComparison.Ordinal),
            static problem => Assert.StartsWith(@"Source rest: no topic matches ^detections\..+", problem, StringComparison.Ordinal),
            static problem => Assert.Equal("There is no topic dead to write to. Create it with 'streamenricher setup'.", problem));
    }

    [Fact]
    public async Task Nothing_is_said_when_all_is_well()
    {
        await using var broker = EmbeddedBroker.Start();
        broker.CreateTopics("suricata", "out");
        Assert.Empty(await CheckAsync(broker.Connection, [new("ids", ["suricata", "^suri"])], ["out"]));
    }

    [Fact]
    public async Task The_check_makes_no_topic()
    {
        await using var broker = EmbeddedBroker.Start();
        Assert.Single(await CheckAsync(broker.Connection, [], ["out"]));
        Assert.Single(await CheckAsync(broker.Connection, [], ["out"]));
    }

    [Fact]
    public async Task An_unreachable_broker_is_named_with_what_the_client_met()
    {
        var problem = Assert.Single(await CheckAsync(new KafkaConnection { BootstrapServers = "127.0.0.1:1" }, [], []));
        Assert.StartsWith("No broker of 127.0.0.1:1 answers: ", problem, StringComparison.Ordinal);
        Assert.Contains("refused", problem, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("kafka.bootstrap_servers", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_property_is_a_problem_not_an_exception()
    {
        var connection = new KafkaConnection { BootstrapServers = "127.0.0.1:1", Properties = new Dictionary<string, string> { ["sasl.mechanismm"] = "PLAIN" } };
        Assert.Contains("sasl.mechanismm", Assert.Single(await CheckAsync(connection, [], [])), StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<string>> CheckAsync(KafkaConnection connection, IReadOnlyList<KafkaSourceEntry> sources, IReadOnlyList<string> outputs) =>
        KafkaConnectionCheck.RunAsync(connection, sources, outputs, NullLogger.Instance, TestContext.Current.CancellationToken);
}
