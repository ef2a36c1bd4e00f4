using Microsoft.Extensions.Logging;

namespace StreamEnricher.Enrichment.Intelligence;

internal static partial class Log
{
    [LoggerMessage(LogLevel.Warning, "Sink {Sink}: an object of an idle partition was refused: {Detail}")]
    public static partial void Refused(ILogger logger, string sink, string detail);

    [LoggerMessage(LogLevel.Error, "Sink {Sink}: the windows of idle partitions could not be closed; they are tried again.")]
    public static partial void IdleFailed(ILogger logger, Exception error, string sink);

    [LoggerMessage(LogLevel.Debug, "Sink {Sink}: idle partitions are no longer watched.")]
    public static partial void WatchEnded(ILogger logger, string sink);
}
