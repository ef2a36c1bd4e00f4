using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;

namespace StreamEnricher.Kafka.Consuming;

internal static partial class Log
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Sink {Sink} should go on at offset {Offset} of {Topic}/{Partition}, but the topic now holds {Low} to {High}: it was made anew, or brokers lost its end. It goes on at {Low}.")]
    public static partial void OffsetGone(ILogger logger, string sink, string topic, int partition, long offset, long low, long high);

    [LoggerMessage(Level = LogLevel.Information, Message = "Assigned {Partitions} of group {Group}.")]
    public static partial void Assigned(ILogger logger, IReadOnlyList<PartitionLease> partitions, string group);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gave up {Partitions} of group {Group}.")]
    public static partial void Revoked(ILogger logger, IReadOnlyList<PartitionLease> partitions, string group);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lost {Partitions} of group {Group}: the group went on without this process. What was not committed is read again by others.")]
    public static partial void Lost(ILogger logger, IReadOnlyList<PartitionLease> partitions, string group);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The committed offsets of {Partitions} are not known yet ({Error}). The partitions stay paused; it tries again.")]
    public static partial void OffsetsUnknown(ILogger logger, IReadOnlyList<TopicPartition> partitions, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka source: {Error}. It tries again.")]
    public static partial void Retrying(ILogger logger, string error);

    [LoggerMessage(Level = LogLevel.Information, Message = "Kafka source reads again.")]
    public static partial void Recovered(ILogger logger);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Reading is paused: the pipeline or its memory budget is full.")]
    public static partial void Paused(ILogger logger);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Reading goes on.")]
    public static partial void Resumed(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No topic matches {Patterns} yet.")]
    public static partial void NothingMatches(ILogger logger, string patterns);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Group {Group} gave this process no partition; there is nothing to read to the end.")]
    public static partial void NothingAssigned(ILogger logger, string group);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Progress of sink group {Group} could not be committed: {Error}. It tries again; after a crash the sink would get some records twice.")]
    public static partial void SinkCommitFailed(ILogger logger, string group, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The client of sink group {Group} did not answer a commit within {Patience}: another one takes its place.")]
    public static partial void GroupClientHangs(ILogger logger, string group, TimeSpan patience);

    [LoggerMessage(Level = LogLevel.Error, Message = "Progress of sink group {Group} cannot be committed, because the group has members. Stop the consumer that uses this group: it belongs to the sink.")]
    public static partial void SinkGroupHasMembers(ILogger logger, string group);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Records are read one at a time, which costs about 1 µs more for each: {Reason}")]
    public static partial void NoBatchReading(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The Kafka consumer failed after reading had ended. The drain goes on; what cannot be committed is read again.")]
    public static partial void FailedWhileDraining(ILogger logger, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The consumer did not close within {Timeout}; the group notices when its session times out.")]
    public static partial void CloseTimedOut(ILogger logger, TimeSpan timeout);

    [LoggerMessage(Level = LogLevel.Information, Message = "Sink {Sink} reads {Partitions} partitions on its own.")]
    public static partial void CatchUpBegun(ILogger logger, string sink, int partitions);
}
