using Confluent.Kafka;

namespace StreamEnricher.Kafka.Producing;

/// <summary>A record that Kafka refused for good.</summary>
/// <param name="Index">Its index in the call.</param>
/// <param name="Error">Kafka's answer.</param>
/// <param name="Attempts">How often it was sent.</param>
internal readonly record struct ProduceFailure(int Index, Error Error, int Attempts);
