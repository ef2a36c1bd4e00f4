using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Kafka.Clients;

namespace StreamEnricher.Kafka.Setup;

/// <summary>Topics and consumer groups that exist for one measurement and are deleted with it.</summary>
public sealed class TemporaryTopics : IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);
    private readonly IAdminClient _admin;
    private readonly IReadOnlyList<string> _groups;
    private readonly ILogger _logger;

    private TemporaryTopics(IAdminClient admin, IReadOnlyList<string> names, IReadOnlyList<string> groups, ILogger logger) => (_admin, Names, _groups, _logger) = (admin, names, groups, logger);

    /// <summary>The topics.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Makes the topics.</summary>
    /// <param name="connection">The cluster.</param>
    /// <param name="names">Topics that must not exist yet. They keep records whatever their timestamps.</param>
    /// <param name="groups">Groups to delete with them; they come into being by use.</param>
    /// <param name="partitions">Partitions of each topic.</param>
    /// <param name="logger">Told what could not be deleted.</param>
    /// <param name="cancellation">Ends waiting.</param>
    /// <exception cref="KafkaSetupException">The cluster refused, or did not answer.</exception>
    public static async Task<TemporaryTopics> CreateAsync(
        KafkaConnection connection, IReadOnlyList<string> names, IReadOnlyList<string> groups, int partitions, ILogger logger, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(names);
        var admin = AdminClients.Build(connection, NullLogger.Instance);
        try
        {
            var topics = names.Select(name => new TopicSpecification
            {
                Name = name,
                NumPartitions = partitions,
                ReplicationFactor = -1,
                Configs = new Dictionary<string, string> { ["retention.ms"] = "-1" },
            });
            await admin.CreateTopicsAsync(topics, new CreateTopicsOptions { RequestTimeout = Timeout, OperationTimeout = Timeout }).WaitAsync(cancellation);
            return new TemporaryTopics(admin, names, groups, logger);
        }
        catch (KafkaException error)
        {
            admin.Dispose();
            throw new KafkaSetupException($"{connection}: the topics {string.Join(", ", names)} could not be made: {error.Error.Reason}. This user needs the right to create and delete topics.", error);
        }
        catch
        {
            admin.Dispose();
            throw;
        }
    }

    /// <summary>Deletes them; what cannot be deleted is logged.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _admin.DeleteTopicsAsync(Names, new DeleteTopicsOptions { RequestTimeout = Timeout, OperationTimeout = Timeout });
            await _admin.DeleteGroupsAsync([.. _groups], new DeleteGroupsOptions { RequestTimeout = Timeout });
        }
        catch (KafkaException error)
        {
            Log.TemporaryLeft(_logger, string.Join(", ", Names), error.Error.Reason);
        }

        _admin.Dispose();
    }
}
