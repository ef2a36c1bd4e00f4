namespace StreamEnricher.Cli.Api.Sinks;

/// <summary>Who told a sink what.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1311, Level = LogLevel.Information, Message = "{Subject} told the sink {Sink} through the API: {Verb}")]
    public static partial void Told(ILogger logger, string subject, string verb, string sink);
}
