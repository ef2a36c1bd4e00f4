namespace StreamEnricher.Cli.Commands;

/// <summary>What run and attribution serve say.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "StreamEnricher {Version} starts: {Pipeline}")]
    public static partial void Started(ILogger logger, string version, string pipeline);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Information, Message = "Ended: {Totals} in {Seconds:0.0} s")]
    public static partial void Ended(ILogger logger, string totals, double seconds);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Information, Message = "Answering /map_patterns on {Addresses} with ATT&CK {Release}")]
    public static partial void Serving(ILogger logger, string addresses, string release);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Critical, Message = "{Problem}")]
    public static partial void Failed(ILogger logger, string problem);
}
