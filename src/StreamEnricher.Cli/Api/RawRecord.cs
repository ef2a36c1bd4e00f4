using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Cli.Api;

/// <summary>A record as it lies in Kafka: all that its enriched event is made of.</summary>
/// <param name="Source">Name of the source entry that reads it.</param>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Offset">Offset.</param>
/// <param name="Timestamp">Kafka timestamp, Unix milliseconds.</param>
/// <param name="Value">Value bytes.</param>
internal readonly record struct RawRecord(string Source, string Topic, int Partition, long Offset, long Timestamp, byte[] Value);

/// <summary>What a record became.</summary>
/// <param name="Event">The common enriched event, one JSON object without line end; empty when it was refused.</param>
/// <param name="Refused">Why there is none; null when there is one.</param>
internal readonly record struct EnrichedRecord(ReadOnlyMemory<byte> Event, RejectedRecord? Refused);
