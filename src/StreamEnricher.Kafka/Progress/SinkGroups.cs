using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Sources;
using StreamEnricher.Kafka.Clients;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.Kafka.Progress;

/// <summary>Shows the places of a pipeline's sinks, and moves them while no process runs it.</summary>
/// <param name="options">The pipeline's source.</param>
/// <param name="time">Clock of requests.</param>
/// <param name="logger">The clients' log.</param>
public sealed class SinkGroups(KafkaSourceOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Where sinks stand in every partition of the pipeline's topics.</summary>
    /// <param name="sinks">Names of sinks.</param>
    /// <param name="cancellation">Ends waiting.</param>
    /// <exception cref="KafkaSetupException">The brokers do not answer.</exception>
    public async Task<IReadOnlyList<SinkPlace>> ListAsync(IReadOnlyList<string> sinks, CancellationToken cancellation)
    {
        using var admin = AdminClients.Build(options.Connection, logger);
        try
        {
            return await ListAsync(admin, sinks, cancellation);
        }
        catch (KafkaException error)
        {
            throw Unanswered(error);
        }
    }

    /// <summary>The offset of a place in every partition of the pipeline's topics; nothing is moved.</summary>
    /// <exception cref="KafkaSetupException">The brokers do not answer.</exception>
    public async Task<IReadOnlyDictionary<TopicPartitionName, long>> PlacesAsync(SinkTarget target, CancellationToken cancellation)
    {
        using var admin = AdminClients.Build(options.Connection, logger);
        try
        {
            // The bounds are the same for all sinks.
            var targets = await TargetsAsync(admin, await BoundsAsync(admin, cancellation), target);
            return targets.ToDictionary(static one => new TopicPartitionName(one.Topic, one.Partition.Value), static one => one.Offset.Value);
        }
        catch (KafkaException error)
        {
            throw Unanswered(error);
        }
    }

    /// <summary>Moves a sink to another place in every partition, and the main group back with it: it must not stand above any sink.</summary>
    /// <returns>Where the sink stands now.</returns>
    /// <exception cref="KafkaSetupException">A process runs the pipeline, or the brokers do not answer; nothing was changed.</exception>
    public async Task<IReadOnlyList<SinkPlace>> RewindAsync(string sink, SinkTarget target, CancellationToken cancellation)
    {
        using var admin = AdminClients.Build(options.Connection, logger);
        try
        {
            var places = await ListAsync(admin, [sink], cancellation);
            var targets = await TargetsAsync(admin, places, target);
            await MoveMainAsync(targets);
            using var group = GroupClient.Of(options.Connection, GroupOffsets.GroupOf(options.GroupId, sink), time, logger);
            await group.CommitAsync(targets);
            return await ListAsync(admin, [sink], cancellation);
        }
        catch (KafkaException error)
        {
            throw Unanswered(error);
        }
    }

    private async Task<IReadOnlyList<SinkPlace>> ListAsync(IAdminClient admin, IReadOnlyList<string> sinks, CancellationToken cancellation)
    {
        var bounds = await BoundsAsync(admin, cancellation);
        var partitions = bounds.Select(Partition).ToList();
        var places = new List<SinkPlace>();
        foreach (var sink in partitions.Count > 0 ? sinks : [])
        {
            using var group = GroupClient.Of(options.Connection, GroupOffsets.GroupOf(options.GroupId, sink), time, logger);
            var settled = await group.ReadAsync(partitions, Timeout);
            places.AddRange(bounds.Select(place => place with { Sink = sink, Settled = settled[Partition(place)] >= 0 ? settled[Partition(place)] : null }));
        }

        return places;
    }

    /// <summary>The pipeline's partitions with their bounds, of no sink.</summary>
    private async Task<IReadOnlyList<SinkPlace>> BoundsAsync(IAdminClient admin, CancellationToken cancellation)
    {
        var metadata = await Task.Run(() => admin.GetMetadata(Timeout), cancellation);
        var topics = new SourceTopics(options.Sources).Matching(metadata.Topics.Select(static topic => topic.Topic).ToHashSet(StringComparer.Ordinal)).ToHashSet(StringComparer.Ordinal);
        var partitions = metadata.Topics.Where(topic => topics.Contains(topic.Topic))
            .SelectMany(static topic => topic.Partitions.Select(partition => new TopicPartition(topic.Topic, partition.PartitionId)))
            .OrderBy(static partition => partition.Topic, StringComparer.Ordinal).ThenBy(static partition => partition.Partition.Value).ToList();
        if (partitions.Count == 0)
        {
            return [];
        }

        var lows = await OffsetsAsync(admin, partitions, OffsetSpec.Earliest());
        var highs = await OffsetsAsync(admin, partitions, OffsetSpec.Latest());
        return [.. partitions.Select(partition => new SinkPlace("*", partition.Topic, partition.Partition.Value, null, lows[partition], highs[partition]))];
    }

    private static async Task<List<TopicPartitionOffset>> TargetsAsync(IAdminClient admin, IReadOnlyList<SinkPlace> places, SinkTarget target)
    {
        var at = target.Time is { } moment
            ? await OffsetsAsync(admin, [.. places.Select(Partition)], OffsetSpec.ForTimestamp(moment.ToUnixTimeMilliseconds()))
            : null;
        return [.. places.Select(place => new TopicPartitionOffset(Partition(place), OffsetIn(place)))];

        // A time behind the last record has no offset.
        long OffsetIn(SinkPlace place) => at is not null
            ? at[Partition(place)] is >= 0 and var first ? first : place.High
            : Math.Clamp(target.Offset ?? place.Low, place.Low, place.High);
    }

    /// <summary>A commit from outside is refused by a group that has members: so it also tells whether a process runs.</summary>
    private async Task MoveMainAsync(List<TopicPartitionOffset> targets)
    {
        using var main = GroupClient.Of(options.Connection, options.GroupId, time, logger);
        var committed = await main.ReadAsync([.. targets.Select(static target => target.TopicPartition)], Timeout);
        var lowest = targets.Where(target => committed[target.TopicPartition] >= 0)
            .Select(target => new TopicPartitionOffset(target.TopicPartition, Math.Min(committed[target.TopicPartition], target.Offset.Value))).ToList();
        if (lowest.Count == 0)
        {
            return;
        }

        try
        {
            await main.CommitAsync(lowest);
        }
        catch (KafkaException error) when (error.Error.Code is ErrorCode.UnknownMemberId or ErrorCode.NonEmptyGroup or ErrorCode.RebalanceInProgress or ErrorCode.IllegalGeneration)
        {
            throw new KafkaSetupException(
                $"A process runs this pipeline: group {options.GroupId} has members, and would write over the new place. Stop it first (after a crash the group keeps a dead member for its session timeout).",
                error);
        }
    }

    private static async Task<Dictionary<TopicPartition, long>> OffsetsAsync(IAdminClient admin, IReadOnlyList<TopicPartition> partitions, OffsetSpec which)
    {
        var answers = await admin.ListOffsetsAsync(
            partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = which }), new ListOffsetsOptions { RequestTimeout = Timeout });
        return answers.ResultInfos.ToDictionary(
            static answer => answer.TopicPartitionOffsetError.TopicPartition, static answer => answer.TopicPartitionOffsetError.Offset.Value);
    }

    private static TopicPartition Partition(SinkPlace place) => new(place.Topic, place.Partition);

    private KafkaSetupException Unanswered(KafkaException error) => new($"{options.Connection} did not answer: {error.Error.Reason}.", error);
}
