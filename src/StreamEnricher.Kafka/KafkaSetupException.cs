namespace StreamEnricher.Kafka;

/// <summary>Kafka cannot be used as it is set up; the message says what and how to repair it, without secrets.</summary>
public sealed class KafkaSetupException : Exception
{
    /// <inheritdoc />
    public KafkaSetupException(string message)
        : base(message)
    {
    }

    /// <inheritdoc />
    public KafkaSetupException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
