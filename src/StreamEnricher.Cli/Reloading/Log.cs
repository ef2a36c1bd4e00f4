namespace StreamEnricher.Cli.Reloading;

/// <summary>What a reload says.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1021, Level = LogLevel.Information, Message = "The pipeline's files are at work as they are now, after {Seconds:0.00} s: {Pipeline}")]
    public static partial void Reloaded(ILogger logger, double seconds, string pipeline);

    [LoggerMessage(EventId = 1022, Level = LogLevel.Error, Message = "The pipeline's files as they are now are refused, and the pipeline goes on as before: {Problems}")]
    public static partial void Refused(ILogger logger, string problems);
}
