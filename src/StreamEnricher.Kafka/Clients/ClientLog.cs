using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace StreamEnricher.Kafka.Clients;

/// <summary>Passes librdkafka's own log lines on.</summary>
internal static partial class ClientLog
{
    /// <summary>Logs a line with its level. Warnings about properties of the other client kind are expected (one set serves all) and go to debug.</summary>
    public static void Write(ILogger logger, LogMessage message)
    {
        var level = message.Facility == "CONFWARN" ? LogLevel.Debug : (LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging);
        Line(logger, level, message.Name, message.Facility, message.Message);
    }

    [LoggerMessage(Message = "Kafka client {Client}: {Facility}: {Line}")]
    private static partial void Line(ILogger logger, LogLevel level, string client, string facility, string line);
}
