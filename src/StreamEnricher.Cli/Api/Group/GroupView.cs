using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Progress;

namespace StreamEnricher.Cli.Api.Group;

/// <summary>All processes of the pipeline, and where its sinks stand in all partitions, asked of the brokers. Kept for some seconds, whoever asks. Thread-safe.</summary>
/// <param name="options">The pipeline.</param>
/// <param name="time">Clock of keeping.</param>
/// <param name="loggers">Log of the Kafka client.</param>
internal sealed class GroupView(PipelineOptions options, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private readonly Lock _gate = new();
    private Task<GroupAnswer>? _answer;
    private long _asked;

    /// <summary>The answer, at most some seconds old.</summary>
    /// <param name="cancellation">Ends waiting; the brokers are asked all the same, for those who ask next.</param>
    /// <exception cref="KafkaSetupException">The brokers do not answer.</exception>
    /// <exception cref="TimeoutException">They have not answered yet.</exception>
    public Task<GroupAnswer> GetAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_answer is null || (_answer.IsCompleted && time.GetElapsedTime(_asked) >= Kept))
            {
                (_answer, _asked) = (Task.Run(AskAsync, CancellationToken.None), time.GetTimestamp());
            }

            return _answer.WaitAsync(Patience, time, cancellation);
        }
    }

    private async Task<GroupAnswer> AskAsync()
    {
        var logger = loggers.CreateLogger<GroupView>();
        var source = KafkaMapping.Source(options, exitAtEnd: false);
        var members = await new GroupMembers(source.Connection, source.GroupId, logger).ListAsync();
        var places = await new SinkGroups(source, time, logger).ListAsync([.. options.ActiveSinks.Select(static sink => sink.Key)], CancellationToken.None);
        var readers = members.SelectMany(static (member, index) => member.Partitions.Select(partition => (partition, index))).DistinctBy(static one => one.partition)
            .ToDictionary(static one => one.partition, static one => one.index, StringComparer.Ordinal);
        return new GroupAnswer(
            source.GroupId,
            members,
            [.. places.GroupBy(static place => place.Sink).Select(static sink => new GroupSink(sink.Key, sink.Sum(static place => place.Lag ?? place.High - place.Low)))],
            [
                .. places.GroupBy(static place => (place.Topic, place.Partition)).Select(partition => new GroupPartition(
                    partition.Key.Topic,
                    partition.Key.Partition,
                    readers.TryGetValue($"{partition.Key.Topic}/{partition.Key.Partition}", out var reader) ? reader : null,
                    partition.First().High,
                    partition.ToDictionary(static place => place.Sink, static place => place.Lag ?? place.High - place.Low, StringComparer.Ordinal))),
            ]);
    }
}

/// <summary>The answer.</summary>
/// <param name="Group">The consumer group.</param>
/// <param name="Members">Its processes.</param>
/// <param name="Sinks">Lag of each sink over all partitions.</param>
/// <param name="Partitions">All partitions that the pipeline reads.</param>
internal sealed record GroupAnswer(string Group, IReadOnlyList<GroupMember> Members, IReadOnlyList<GroupSink> Sinks, IReadOnlyList<GroupPartition> Partitions);

/// <summary>One sink over all processes.</summary>
/// <param name="Sink">Its name.</param>
/// <param name="Lag">Records that it has not settled.</param>
internal sealed record GroupSink(string Sink, long Lag);

/// <summary>One partition, whoever reads it.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Member">Index of the process that reads it; left out when nobody does.</param>
/// <param name="End">Offset behind its last record.</param>
/// <param name="SinkLags">Records that each sink has not settled, by its name.</param>
internal sealed record GroupPartition(string Topic, int Partition, int? Member, long End, IReadOnlyDictionary<string, long> SinkLags);
