using System.Collections.Concurrent;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Kafka.Clients;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.Kafka.Setup;

/// <summary>Checks that the brokers answer to this user and that the pipeline's topics exist.</summary>
public static class KafkaConnectionCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>All problems, each a sentence with the way out; empty when there are none.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="sources">The pipeline's sources.</param>
    /// <param name="outputs">Topics that the pipeline writes to.</param>
    /// <param name="logger">The client's log.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<IReadOnlyList<string>> RunAsync(
        KafkaConnection connection, IReadOnlyList<KafkaSourceEntry> sources, IReadOnlyList<string> outputs, ILogger logger, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var errors = new ConcurrentQueue<Error>();
        try
        {
            var topics = new SourceTopics(sources);
            using var admin = AdminClients.Build(connection, logger, errors.Enqueue);
            var existing = await AdminClients.TopicsAsync(admin, Timeout, cancellation);
            return [.. Problems(topics, sources, outputs, existing)];
        }
        catch (KafkaSetupException error)
        {
            return [error.Message];
        }
        catch (KafkaException error)
        {
            // What the client met on the way says more than that nothing answered in time.
            var cause = errors.LastOrDefault(static one => one.Code != ErrorCode.Local_AllBrokersDown) ?? error.Error;
            return [$"No broker of {connection.BootstrapServers} answers: {cause.Reason}. Check kafka.bootstrap_servers, and security.protocol, sasl.* and ssl.* under kafka.properties."];
        }
    }

    private static IEnumerable<string> Problems(SourceTopics topics, IReadOnlyList<KafkaSourceEntry> sources, IReadOnlyList<string> outputs, HashSet<string> existing)
    {
        foreach (var (source, topic) in topics.Missing(existing))
        {
            yield return $"Source {source}: there is no topic {topic}, or this user may not describe it. Create it or correct its name.";
        }

        foreach (var source in sources)
        {
            foreach (var pattern in source.Topics.Where(static topic => topic.StartsWith('^')))
            {
                if (new SourceTopics([new KafkaSourceEntry(source.Name, [pattern])]).Matching(existing).Count == 0)
                {
                    yield return $"Source {source.Name}: no topic matches {pattern} yet, or this user may not describe them.";
                }
            }
        }

        foreach (var topic in outputs.Where(topic => !existing.Contains(topic)))
        {
            yield return $"There is no topic {topic} to write to. Create it with 'streamenricher setup'.";
        }
    }
}
