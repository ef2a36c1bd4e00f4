using Microsoft.Extensions.Logging;

namespace StreamEnricher.Kafka.Setup;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The temporary topics {Topics} and their groups could not be deleted ({Error}); delete them by hand.")]
    public static partial void TemporaryLeft(ILogger logger, string topics, string error);
}
