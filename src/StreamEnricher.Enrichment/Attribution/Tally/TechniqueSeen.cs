using StreamEnricher.Core.Attribution;

namespace StreamEnricher.Enrichment.Attribution.Tally;

/// <summary>What was seen of one technique since the start. A snapshot.</summary>
/// <param name="Id">T1059 or T1059.001.</param>
/// <param name="Events">Events that it was found in.</param>
/// <param name="Confidence">The highest that any evidence gave it, 0 to 1.</param>
/// <param name="FirstSeen">When the first of them passed.</param>
/// <param name="LastSeen">When the last of them passed.</param>
/// <param name="Evidence">A few of the latest, newest first.</param>
internal sealed record TechniqueSeen(
    string Id, long Events, double Confidence, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, IReadOnlyList<Evidence> Evidence);

/// <summary>An event that a technique was found in, as it was read.</summary>
/// <param name="Taken">Grows with every sample.</param>
/// <param name="Source">Name of the source entry.</param>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Offset">Offset.</param>
/// <param name="Timestamp">Kafka timestamp, Unix milliseconds.</param>
/// <param name="Value">Value bytes.</param>
internal sealed record TechniqueSample(long Taken, string Source, string Topic, int Partition, long Offset, long Timestamp, byte[] Value);
