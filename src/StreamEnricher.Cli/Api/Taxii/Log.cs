namespace StreamEnricher.Cli.Api.Taxii;

/// <summary>What is said of the TAXII server.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1201, Level = LogLevel.Information, Message = "The TAXII server serves {Objects} objects ({Bytes} bytes) and what comes")]
    public static partial void Serving(ILogger logger, int objects, long bytes);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Warning, Message = "A record in the topic of the TAXII server is no STIX object, or larger than api.taxii.bytes: it is passed over, as are others like it")]
    public static partial void NoObject(ILogger logger);
}
