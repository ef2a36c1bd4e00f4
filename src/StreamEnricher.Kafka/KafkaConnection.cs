namespace StreamEnricher.Kafka;

/// <summary>How to reach a Kafka cluster; shared by the source, the sinks, the dead letter store and setup.</summary>
public sealed record KafkaConnection
{
    /// <summary>Comma-separated host:port of some brokers.</summary>
    public required string BootstrapServers { get; init; }

    /// <summary>
    /// Any librdkafka properties (its CONFIGURATION.md), among them security.protocol, sasl.* and ssl.*. They win over every default of this product.
    /// A property that only consumers or only producers know is ignored by the other kind.
    /// </summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>The address only: properties may hold secrets.</summary>
    public override string ToString() => $"Kafka at {BootstrapServers}";
}
