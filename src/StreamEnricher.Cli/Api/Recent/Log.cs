namespace StreamEnricher.Cli.Api.Recent;

/// <summary>What is said of the events that are kept to be looked at.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1201, Level = LogLevel.Warning, Message = "Redis is away, recent events are this process's own until it is back: {Problem}")]
    public static partial void RedisAway(ILogger logger, string problem);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Information, Message = "Redis is back, recent events are shared again")]
    public static partial void RedisBack(ILogger logger);
}
