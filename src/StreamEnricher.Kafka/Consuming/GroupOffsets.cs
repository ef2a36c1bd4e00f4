using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamEnricher.Kafka.Retention;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>Reads and writes committed offsets: the main group's, and those of the sinks' groups, which have no members.</summary>
internal sealed class GroupOffsets(
    IAdminClient admin, KafkaSourceOptions options, ConsumerProperties properties, ExpiredRecords expired, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);

    private readonly GroupClient _main = GroupClient.Of(options.Connection, options.GroupId, time, logger);
    private readonly GroupClient[] _sinks = [.. options.Sinks.Select(sink => GroupClient.Of(options.Connection, GroupOf(options.GroupId, sink.Name), time, logger))];

    /// <summary>The consumer group of a sink.</summary>
    public static string GroupOf(string mainGroup, string sink) => $"{mainGroup}.{sink}";

    /// <summary>Where to begin on each partition.</summary>
    /// <exception cref="KafkaException">The brokers did not answer all of it (the coordinator may still be loading): try again.</exception>
    /// <exception cref="KafkaSetupException">Nothing is committed and auto.offset.reset is error.</exception>
    public async Task<IReadOnlyDictionary<TopicPartition, PartitionStart>> ResolveAsync(IReadOnlyList<TopicPartition> partitions)
    {
        if (partitions.Count == 0)
        {
            return new Dictionary<TopicPartition, PartitionStart>();
        }

        // Commits first, bounds after: a commit must not lie above an end that was read before it.
        var main = await _main.ReadAsync(partitions, RequestTimeout);
        var bySink = await Task.WhenAll(_sinks.Select(sink => sink.ReadAsync(partitions, RequestTimeout)));
        var lows = await BoundsAsync(partitions, OffsetSpec.Earliest(), IsolationLevel.ReadUncommitted);
        var highs = await BoundsAsync(partitions, OffsetSpec.Latest(), IsolationLevel.ReadUncommitted);
        var ends = options.ExitAtEnd && properties.ReadCommitted ? await BoundsAsync(partitions, OffsetSpec.Latest(), IsolationLevel.ReadCommitted) : highs;
        return partitions.ToDictionary(
            static partition => partition,
            partition => StartOf(partition, main[partition], [.. bySink.Select(offsets => offsets[partition])], lows[partition], highs[partition], ends[partition]));
    }

    /// <summary>Commits offsets of a sink's group.</summary>
    /// <param name="sink">Its index in the pipeline's order.</param>
    /// <param name="offsets">What to commit.</param>
    /// <exception cref="KafkaException">Not all were written.</exception>
    public Task CommitAsync(int sink, IReadOnlyList<TopicPartitionOffset> offsets) => _sinks[sink].CommitAsync(offsets);

    /// <inheritdoc />
    public void Dispose()
    {
        _main.Dispose();
        foreach (var sink in _sinks)
        {
            sink.Dispose();
        }
    }

    private PartitionStart StartOf(TopicPartition partition, long main, long[] committed, long low, long high, long end)
    {
        var starts = new long[committed.Length];
        for (var i = 0; i < starts.Length; i++)
        {
            var begin = committed[i] >= 0 ? committed[i] : options.Sinks[i].Start switch
            {
                SinkStart.Earliest => low,
                SinkStart.Latest => high,
                _ => MainStart(),
            };
            starts[i] = Available(options.Sinks[i].Name, begin);
        }

        return new PartitionStart(starts.Length > 0 ? starts.Min() : Available("*", MainStart()), starts, committed, end);

        long MainStart() => main >= 0 ? main : properties.OffsetReset switch
        {
            "earliest" => low,
            "latest" => high,
            _ => throw new KafkaSetupException(
                $"Group {options.GroupId} has no committed offset for {partition.Topic}/{partition.Partition.Value}, and kafka.properties auto.offset.reset is error. "
                + "Set it to earliest or latest, or commit an offset with kafka-consumer-groups --reset-offsets."),
        };

        long Available(string sink, long begin)
        {
            if (begin >= low && begin <= high)
            {
                return begin;
            }

            if (begin < low)
            {
                expired.Report(sink, partition.Topic, partition.Partition.Value, begin, low);
            }
            else
            {
                Log.OffsetGone(logger, sink, partition.Topic, partition.Partition.Value, begin, low, high);
            }

            return low;
        }
    }

    private async Task<IReadOnlyDictionary<TopicPartition, long>> BoundsAsync(IReadOnlyList<TopicPartition> partitions, OffsetSpec which, IsolationLevel isolation)
    {
        var answers = await admin.ListOffsetsAsync(
            partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = which }),
            new ListOffsetsOptions { RequestTimeout = RequestTimeout, IsolationLevel = isolation });
        return answers.ResultInfos.ToDictionary(
            static answer => answer.TopicPartitionOffsetError.TopicPartition, static answer => answer.TopicPartitionOffsetError.Offset.Value);
    }
}
