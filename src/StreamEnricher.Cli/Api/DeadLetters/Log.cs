namespace StreamEnricher.Cli.Api.DeadLetters;

/// <summary>What is said of dead letters that people touch.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1301, Level = LogLevel.Information, Message = "{Subject} replayed {Done} dead letters through the API; {Skipped} could not be")]
    public static partial void Replayed(ILogger logger, string subject, long done, long skipped);
}
