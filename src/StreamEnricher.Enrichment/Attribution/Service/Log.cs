using Microsoft.Extensions.Logging;

namespace StreamEnricher.Enrichment.Attribution.Service;

/// <summary>What the service provider tells the operator.</summary>
internal static partial class Log
{
    [LoggerMessage(3001, LogLevel.Warning, "Attribution service: no answer about {Indicators} indicators, their events go on without it (degraded): {Problem}")]
    public static partial void ServiceFailed(ILogger logger, int indicators, string problem);

    [LoggerMessage(3002, LogLevel.Warning, "Attribution service: {Indicators} indicators and their events are held after {Tries} tries: {Problem}")]
    public static partial void ServiceHolds(ILogger logger, int indicators, int tries, string problem);

    [LoggerMessage(3003, LogLevel.Warning, "Attribution service is not asked for {Duration}: too many requests failed, the last with: {Problem}")]
    public static partial void CircuitOpened(ILogger logger, TimeSpan duration, string problem);

    [LoggerMessage(3004, LogLevel.Information, "Attribution service answers again")]
    public static partial void CircuitClosed(ILogger logger);

    [LoggerMessage(3005, LogLevel.Information, "Attribution service sends no 'results': indicators are asked about one by one, which is slower")]
    public static partial void ServiceMerges(ILogger logger);

    [LoggerMessage(3006, LogLevel.Error, "Attribution service: a request ended in an unexpected way; its events go on without it (degraded)")]
    public static partial void RequestBroke(ILogger logger, Exception problem);
}
