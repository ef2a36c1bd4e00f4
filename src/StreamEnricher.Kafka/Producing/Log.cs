using Microsoft.Extensions.Logging;

namespace StreamEnricher.Kafka.Producing;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka output {Name}: {Error}. Nothing is lost, it tries again.")]
    public static partial void Retrying(ILogger logger, string name, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Kafka output {Name} is held: {Reason}. Nothing is lost; it goes on once this is repaired.")]
    public static partial void Held(ILogger logger, string name, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Kafka output {Name} works again.")]
    public static partial void Recovered(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Error, Message = "Kafka output {Name}: the producer failed for good ({Error}); a new one takes its place.")]
    public static partial void ProducerReplaced(ILogger logger, string name, string error);

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "The dead letter topic {Topic} refuses the record {Record} ({Error}). It is kept, and everything behind it waits: raise the topic's max.message.bytes ('streamenricher setup' does).")]
    public static partial void DeadLetterRefused(ILogger logger, string topic, string record, string error);
}
