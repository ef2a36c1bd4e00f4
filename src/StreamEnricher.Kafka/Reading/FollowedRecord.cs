namespace StreamEnricher.Kafka.Reading;

/// <summary>A record of a topic that is followed.</summary>
/// <param name="Key">Its key; null for none.</param>
/// <param name="Value">Its value; null for a tombstone.</param>
/// <param name="Timestamp">When it was written.</param>
public readonly record struct FollowedRecord(byte[]? Key, byte[]? Value, DateTimeOffset Timestamp);
