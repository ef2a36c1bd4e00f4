using Microsoft.Extensions.Logging;

namespace StreamEnricher.Kafka.Reading;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The topic {Topic} cannot be followed: {Problem}. It tries again.")]
    public static partial void CannotFollow(ILogger logger, string topic, string problem);
}
