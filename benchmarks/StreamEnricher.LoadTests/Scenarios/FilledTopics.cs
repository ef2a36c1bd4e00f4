using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Kafka.Setup;
using StreamEnricher.LoadTests.Engines;

namespace StreamEnricher.LoadTests.Scenarios;

/// <summary>Topics with the events of scenarios in them; scenarios that read the same share one. Deleted at the end.</summary>
internal sealed class FilledTopics(Broker broker) : IAsyncDisposable
{
    private readonly Dictionary<object, FilledTopic> _topics = [];
    private readonly List<TemporaryTopics> _made = [];

    /// <summary>The topic of a scenario, filled when nothing is to be fed to it later.</summary>
    public async Task<FilledTopic> OfAsync(Scenario scenario)
    {
        var key = new { scenario.Kind, scenario.EventBytes, scenario.Distinct, scenario.Partitions, scenario.Events, scenario.Rate };
        if (!_topics.TryGetValue(key, out var topic))
        {
            var events = ScenarioEvents.Create(scenario);
            var name = $"load-test-{Environment.ProcessId}-{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}";
            _made.Add(await TemporaryTopics.CreateAsync(broker.Connection, [name, name + "-out"], [], scenario.Partitions, NullLogger.Instance, CancellationToken.None));
            topic = new FilledTopic(name, events.Average(static one => one.Length), new Feeder(broker.Connection, name, events));
            if (scenario.Rate is null)
            {
                topic.Feeder.Fill(scenario.Events);
            }

            _topics[key] = topic;
        }

        return topic;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var topics in _made)
        {
            await topics.DisposeAsync();
        }
    }
}

/// <summary>A topic with events.</summary>
/// <param name="Name">Its name; what the engine writes to Kafka goes to the same with <c>-out</c> behind it.</param>
/// <param name="EventBytes">Mean bytes of an event.</param>
/// <param name="Feeder">Writes more of them.</param>
internal sealed record FilledTopic(string Name, double EventBytes, Feeder Feeder);
