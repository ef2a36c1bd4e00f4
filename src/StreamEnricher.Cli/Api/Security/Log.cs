namespace StreamEnricher.Cli.Api.Security;

/// <summary>What is said of keys.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1101, Level = LogLevel.Information, Message = "Tokens are checked with the changed {Path}: {Keys} keys")]
    public static partial void KeysChanged(ILogger logger, string path, int keys);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Error, Message = "The changed {Path} cannot be used, tokens are checked with the former keys: {Problem}")]
    public static partial void KeysUnusable(ILogger logger, string path, string problem);
}
