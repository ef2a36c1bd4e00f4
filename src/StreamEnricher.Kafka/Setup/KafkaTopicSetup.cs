using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamEnricher.Kafka.Clients;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.Kafka.Setup;

/// <summary>Makes the topics that a pipeline writes to. Running it again changes nothing.</summary>
/// <remarks>
/// Partitions and replicas are the broker's defaults. A dead letter topic takes records larger than any source topic's, with room for the added headers,
/// and keeps them for 30 days when it is made here.
/// </remarks>
public sealed class KafkaTopicSetup : IDisposable
{
    private const string MaxBytes = "max.message.bytes";
    private const long HeaderRoom = 64 << 10;
    private const string DeadLetterRetention = "2592000000";
    private const int BrokerDefault = -1;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);
    private readonly KafkaConnection _connection;
    private readonly SourceTopics _sources;
    private readonly IAdminClient _admin;

    /// <param name="connection">The cluster.</param>
    /// <param name="sources">The pipeline's sources, whose largest records count.</param>
    /// <param name="logger">The client's log.</param>
    /// <exception cref="KafkaSetupException">The client refuses its settings.</exception>
    public KafkaTopicSetup(KafkaConnection connection, IReadOnlyList<KafkaSourceEntry> sources, ILogger<KafkaTopicSetup> logger)
    {
        _connection = connection;
        _sources = new SourceTopics(sources);
        _admin = AdminClients.Build(connection, logger);
    }

    /// <summary>What has to be done, a change for each request; nothing is changed yet.</summary>
    /// <exception cref="KafkaSetupException">The cluster did not answer, or not to this user.</exception>
    public Task<IReadOnlyList<KafkaTopicChange>> PlanAsync(IReadOnlyList<KafkaTopicRequest> requests, CancellationToken cancellation) => GuardAsync(async () =>
    {
        var existing = await AdminClients.TopicsAsync(_admin, Timeout, cancellation);
        var wanted = requests.Any(static request => request.DeadLetters) ? await LargestSourceRecordAsync(existing, cancellation) : 0;
        var changes = new List<KafkaTopicChange>();
        foreach (var request in requests)
        {
            changes.Add(await ChangeAsync(request, existing.Contains(request.Topic), wanted + HeaderRoom, cancellation));
        }

        return (IReadOnlyList<KafkaTopicChange>)changes;
    });

    /// <summary>Does what was planned.</summary>
    /// <exception cref="KafkaSetupException">The cluster refused it.</exception>
    public Task ApplyAsync(IReadOnlyList<KafkaTopicChange> changes, CancellationToken cancellation) => GuardAsync(async () =>
    {
        foreach (var change in changes)
        {
            if (change.Action == KafkaTopicAction.Create)
            {
                await CreateAsync(change, cancellation);
            }
            else if (change.Action == KafkaTopicAction.Configure)
            {
                await ConfigureAsync(change, cancellation);
            }
        }

        return changes.Count;
    });

    /// <inheritdoc />
    public void Dispose() => _admin.Dispose();

    private static ConfigResource Resource(string topic) => new() { Type = ResourceType.Topic, Name = topic };

    private async Task<KafkaTopicChange> ChangeAsync(KafkaTopicRequest request, bool exists, long deadLetterBytes, CancellationToken cancellation)
    {
        var config = new Dictionary<string, string>();
        if (request.DeadLetters)
        {
            var has = exists ? await MaxBytesAsync([request.Topic], cancellation) : 0;
            if (has < deadLetterBytes)
            {
                config[MaxBytes] = deadLetterBytes.ToString(CultureInfo.InvariantCulture);
            }

            if (!exists)
            {
                config["retention.ms"] = DeadLetterRetention;
            }
        }

        if (request.Compacted && !exists)
        {
            config["cleanup.policy"] = "compact";
        }

        var action = !exists ? KafkaTopicAction.Create : config.Count > 0 ? KafkaTopicAction.Configure : KafkaTopicAction.None;
        return new KafkaTopicChange(request.Topic, action, config);
    }

    private async Task<long> LargestSourceRecordAsync(HashSet<string> existing, CancellationToken cancellation)
    {
        var topics = _sources.Matching(existing);
        return topics.Count == 0 ? 0 : await MaxBytesAsync(topics, cancellation);
    }

    private async Task<long> MaxBytesAsync(IEnumerable<string> topics, CancellationToken cancellation)
    {
        var described = await _admin.DescribeConfigsAsync(topics.Select(Resource), new DescribeConfigsOptions { RequestTimeout = Timeout }).WaitAsync(cancellation);
        return described.Max(static topic => long.Parse(topic.Entries[MaxBytes].Value, CultureInfo.InvariantCulture));
    }

    private async Task CreateAsync(KafkaTopicChange change, CancellationToken cancellation)
    {
        var topic = new TopicSpecification
        {
            Name = change.Topic,
            NumPartitions = BrokerDefault,
            ReplicationFactor = BrokerDefault,
            Configs = new Dictionary<string, string>(change.Config),
        };
        try
        {
            await _admin.CreateTopicsAsync([topic], new CreateTopicsOptions { RequestTimeout = Timeout, OperationTimeout = Timeout }).WaitAsync(cancellation);
        }
        catch (CreateTopicsException error) when (error.Results.All(static result => result.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            // Someone else made it since the plan: the next run compares its settings.
            return;
        }
    }

    private async Task ConfigureAsync(KafkaTopicChange change, CancellationToken cancellation)
    {
        var entries = change.Config.Select(static setting => new ConfigEntry { Name = setting.Key, Value = setting.Value, IncrementalOperation = AlterConfigOpType.Set });
        var changes = new Dictionary<ConfigResource, List<ConfigEntry>> { [Resource(change.Topic)] = [.. entries] };
        await _admin.IncrementalAlterConfigsAsync(changes, new IncrementalAlterConfigsOptions { RequestTimeout = Timeout }).WaitAsync(cancellation);
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (KafkaException error)
        {
            var reason = (error as CreateTopicsException)?.Results.Find(static result => result.Error.IsError)?.Error.Reason ?? error.Error.Reason;
            throw new KafkaSetupException(
                $"{_connection}: {reason}. Check kafka.bootstrap_servers and the security settings under kafka.properties; this user needs the right to describe, create and configure topics.",
                error);
        }
    }
}
