namespace StreamEnricher.Kafka.Setup;

/// <summary>A topic that the pipeline writes to.</summary>
/// <param name="Topic">Its name.</param>
/// <param name="DeadLetters">It takes the sources' records as they are, so it must take records as large as theirs.</param>
/// <param name="Compacted">It holds the last record of each key for good: a state.</param>
public sealed record KafkaTopicRequest(string Topic, bool DeadLetters = false, bool Compacted = false);
