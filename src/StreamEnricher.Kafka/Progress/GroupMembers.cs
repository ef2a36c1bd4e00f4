using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamEnricher.Kafka.Clients;

namespace StreamEnricher.Kafka.Progress;

/// <summary>Who runs a pipeline: the members of its consumer group, as the brokers know them.</summary>
/// <param name="connection">The cluster.</param>
/// <param name="groupId">The group.</param>
/// <param name="logger">The client's log.</param>
public sealed class GroupMembers(KafkaConnection connection, string groupId, ILogger logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>The members now, in the order of their client and member ids.</summary>
    /// <exception cref="KafkaSetupException">The brokers do not answer.</exception>
    public async Task<IReadOnlyList<GroupMember>> ListAsync()
    {
        using var admin = AdminClients.Build(connection, logger);
        try
        {
            var described = await admin.DescribeConsumerGroupsAsync([groupId], new DescribeConsumerGroupsOptions { RequestTimeout = Timeout }).ConfigureAwait(false);
            return
            [
                .. described.ConsumerGroupDescriptions.SelectMany(static group => group.Members)
                    .Select(static member => new GroupMember(
                        member.ClientId,
                        member.ConsumerId,
                        member.Host.TrimStart('/'),
                        [
                            .. (member.Assignment?.TopicPartitions ?? [])
                                .OrderBy(static partition => partition.Topic, StringComparer.Ordinal).ThenBy(static partition => partition.Partition.Value)
                                .Select(static partition => $"{partition.Topic}/{partition.Partition.Value}"),
                        ]))
                    .OrderBy(static member => member.ClientId, StringComparer.Ordinal).ThenBy(static member => member.MemberId, StringComparer.Ordinal),
            ];
        }
        catch (KafkaException error)
        {
            throw new KafkaSetupException($"The members of group {groupId} cannot be read: {error.Error.Reason}", error);
        }
    }
}

/// <summary>One process of a group.</summary>
/// <param name="ClientId">The client's name.</param>
/// <param name="MemberId">The broker's name for it.</param>
/// <param name="Host">Where it connects from.</param>
/// <param name="Partitions">What it reads, as topic/partition.</param>
public sealed record GroupMember(string ClientId, string MemberId, string Host, IReadOnlyList<string> Partitions);
