using Microsoft.Extensions.Logging;

namespace StreamEnricher.Kafka.Retention;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "When topics delete what sinks have not taken is not known: {Reason}. It tries again.")]
    public static partial void RetentionUnknown(ILogger logger, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Records} records of {Topic}/{Partition}, {First} to {Last}, have expired before sink {Sink} took them: they are lost to it. Raise the topic's retention.")]
    public static partial void Expired(ILogger logger, long records, string topic, int partition, long first, long last, string sink);
}
