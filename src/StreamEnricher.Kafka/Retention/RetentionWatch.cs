using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Sources;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.Kafka.Retention;

/// <summary>Looks from time to time at what the topics are about to delete, and at which sinks have not settled it.</summary>
/// <param name="admin">Asks for topics' settings and for offsets by time.</param>
/// <param name="progress">The partitions that are here, and where each sink stands.</param>
/// <param name="options">How often.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">What cannot be known.</param>
internal sealed class RetentionWatch(IAdminClient admin, ProgressWriter progress, KafkaSourceOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(5);
    private readonly Dictionary<TopicPartition, MovingStart> _starts = [];
    private volatile RetentionReport _report = RetentionReport.None;
    private string? _problem;

    /// <summary>What was seen last.</summary>
    public RetentionReport Report => _report;

    /// <summary>Looks until cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(options.RetentionInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                await LookAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken stop)
    {
        var leases = progress.Snapshot();
        if (leases.Count == 0)
        {
            _report = RetentionReport.None;
            return;
        }

        try
        {
            _report = await ReportAsync([.. leases.Select(static one => (new TopicPartition(one.Lease.Topic, one.Lease.Partition), one.BySink))], stop);
            _problem = null;
        }
        catch (KafkaException error)
        {
            // What was seen last stands; the next look may tell more.
            if (_problem != error.Error.Reason)
            {
                _problem = error.Error.Reason;
                Log.RetentionUnknown(logger, error.Error.Reason);
            }
        }
    }

    private async Task<RetentionReport> ReportAsync(IReadOnlyList<(TopicPartition Partition, long[] BySink)> places, CancellationToken stop)
    {
        var topics = await TopicsAsync([.. places.Select(static place => place.Partition.Topic).Distinct(StringComparer.Ordinal)]);
        var watched = places.Where(place => topics[place.Partition.Topic] != TopicRetention.Forever).ToList();
        if (watched.Count == 0)
        {
            return RetentionReport.None;
        }

        var partitions = watched.Select(static place => place.Partition).ToList();
        var lows = await OffsetsAsync(partitions, static _ => OffsetSpec.Earliest(), stop);
        var highs = await OffsetsAsync(partitions, static _ => OffsetSpec.Latest(), stop);
        var marks = await MarksAsync(partitions, topics, lows, highs, stop);
        var expires = new Dictionary<TopicPartitionName, long>();
        var sinks = new List<SinkRetention>();
        foreach (var (partition, bySink) in watched)
        {
            var (low, high, name) = (lows[partition], highs[partition], new TopicPartitionName(partition.Topic, partition.Partition.Value));
            var age = marks.GetValueOrDefault(partition);
            var start = Start(partition, topics[partition.Topic].BySize, low);
            if (Math.Max(age?.ExpiresBelow ?? 0, start?.ExpiresBelow(high) ?? 0) is var below && below > low)
            {
                expires[name] = below;
            }

            for (var sink = 0; sink < bySink.Length; sink++)
            {
                if (bySink[sink] >= 0 && LeftOf(age, start, bySink[sink], high, topics[partition.Topic]) is var (left, isShort))
                {
                    sinks.Add(new SinkRetention(sink, name, left, isShort));
                }
            }
        }

        return new RetentionReport(expires, sinks);
    }

    private static (TimeSpan Left, bool IsShort)? LeftOf(AgeMarks? age, MovingStart? start, long place, long high, TopicRetention topic)
    {
        if (place >= high)
        {
            return topic.Time is { } all ? (all, false) : null;
        }

        var (byAge, bySize) = (age?.Left(place), start?.Left(place));
        return (byAge, bySize) switch
        {
            (null, null) => null,
            ({ } left, null) => (left, age!.IsShort(left)),
            (null, { } left) => (left, MovingStart.IsShort(left)),
            ({ } one, { } other) => (one < other ? one : other, age!.IsShort(one) || MovingStart.IsShort(other)),
        };
    }

    private MovingStart? Start(TopicPartition partition, bool bySize, long low)
    {
        if (!bySize)
        {
            return null;
        }

        if (!_starts.TryGetValue(partition, out var start))
        {
            _starts[partition] = start = new MovingStart();
        }

        start.See(time.GetUtcNow(), low);
        return start;
    }

    private async Task<IReadOnlyDictionary<string, TopicRetention>> TopicsAsync(IReadOnlyList<string> topics)
    {
        var described = await admin.DescribeConfigsAsync(
            topics.Select(static topic => new ConfigResource { Type = ResourceType.Topic, Name = topic }), new DescribeConfigsOptions { RequestTimeout = RequestTimeout });
        return described.ToDictionary(
            static topic => topic.ConfigResource.Name, static topic => TopicRetention.Of(topic.Entries.ToDictionary(static entry => entry.Key, static entry => entry.Value.Value)));
    }

    /// <summary>One request a mark, for all partitions that delete by age.</summary>
    private async Task<IReadOnlyDictionary<TopicPartition, AgeMarks>> MarksAsync(
        IReadOnlyList<TopicPartition> partitions, IReadOnlyDictionary<string, TopicRetention> topics, IReadOnlyDictionary<TopicPartition, long> lows,
        IReadOnlyDictionary<TopicPartition, long> highs, CancellationToken stop)
    {
        var aged = partitions.Where(partition => topics[partition.Topic].Time is not null).ToList();
        var marks = aged.ToDictionary(static partition => partition, static _ => new List<long>());
        var now = time.GetUtcNow();
        for (var i = 0; aged.Count > 0 && i < AgeMarks.SharesOf(TimeSpan.FromDays(1)).Count; i++)
        {
            var mark = i;
            var offsets = await OffsetsAsync(aged, partition =>
            {
                var retention = topics[partition.Topic].Time!.Value;
                return OffsetSpec.ForTimestamp((now - (retention * (1 - AgeMarks.SharesOf(retention)[mark]))).ToUnixTimeMilliseconds());
            }, stop);

            // No record is so young: all have less.
            aged.ForEach(partition => marks[partition].Add(offsets[partition] >= 0 ? offsets[partition] : highs[partition]));
        }

        return marks.ToDictionary(static pair => pair.Key, pair => new AgeMarks(topics[pair.Key.Topic].Time!.Value, lows[pair.Key], pair.Value));
    }

    private async Task<IReadOnlyDictionary<TopicPartition, long>> OffsetsAsync(
        IReadOnlyList<TopicPartition> partitions, Func<TopicPartition, OffsetSpec> which, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var answers = await admin.ListOffsetsAsync(
            partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = which(partition) }), new ListOffsetsOptions { RequestTimeout = RequestTimeout });
        return answers.ResultInfos.ToDictionary(static answer => answer.TopicPartitionOffsetError.TopicPartition, static answer => answer.TopicPartitionOffsetError.Offset.Value);
    }
}
