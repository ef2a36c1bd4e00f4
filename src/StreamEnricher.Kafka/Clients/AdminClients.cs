using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamEnricher.Kafka.Clients;

/// <summary>Admin clients for setup and checks.</summary>
internal static class AdminClients
{
    /// <summary>Builds one.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="logger">The client's log.</param>
    /// <param name="onError">Gets the client's errors, such as a refused login; null to leave them to the log.</param>
    /// <exception cref="KafkaSetupException">The client refuses its settings.</exception>
    public static IAdminClient Build(KafkaConnection connection, ILogger logger, Action<Error>? onError = null) => ClientProperties.Build(() =>
        new AdminClientBuilder(ClientProperties.Merge(connection))
            .SetLogHandler((_, message) => ClientLog.Write(logger, message))
            .SetErrorHandler((_, error) => onError?.Invoke(error))
            .Build());

    /// <summary>Names of all topics that this user may see. The request for all makes none, unlike one for a name.</summary>
    /// <exception cref="KafkaException">No broker answered in time.</exception>
    public static async Task<HashSet<string>> TopicsAsync(IAdminClient admin, TimeSpan timeout, CancellationToken cancellation)
    {
        var metadata = await Task.Run(() => admin.GetMetadata(timeout), cancellation);
        return metadata.Topics.Select(static topic => topic.Topic).ToHashSet(StringComparer.Ordinal);
    }
}
