using System.Text.Json;
using Confluent.Kafka;
using StreamEnricher.Testing.Cli;

namespace StreamEnricher.IntegrationTests.Kafka;

/// <summary><c>bench --kafka</c>: through a real broker, and nothing of it is left there.</summary>
public sealed class BenchThroughKafkaTests(KafkaServer server) : IClassFixture<KafkaServer>
{
    [Theory]
    [InlineData("--kafka-events", "20000")]
    [InlineData("--rate", "2000/s")]
    public async Task Events_go_through_topics_of_its_own_that_are_deleted_afterwards(string option, string value)
    {
        var result = await CommandLine.RunAsync(
            "bench", "--kafka", "--set", $"kafka.bootstrap_servers={server.BootstrapServers}", option, value, "--duration", "1s", "--warm-up", "3s", "--no-stages", "--output", "json");

        Assert.True(result.Exit == 0, result.Error);
        var figures = JsonDocument.Parse(result.Output).RootElement.GetProperty("figures");
        Assert.True(figures.GetProperty("events_per_second").GetDouble() > 0);
        Assert.Equal(option == "--rate", figures.GetProperty("latency").ValueKind == JsonValueKind.Object);
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = server.BootstrapServers }).Build();
        Assert.DoesNotContain(admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics, static topic => topic.Topic.StartsWith("streamenricher-bench-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_named()
    {
        var result = await CommandLine.RunAsync("bench", "--kafka", "--set", "kafka.bootstrap_servers=localhost:9", "--no-stages");

        Assert.Equal(1, result.Exit);
        Assert.Contains("localhost:9", result.Error, StringComparison.Ordinal);
    }
}
