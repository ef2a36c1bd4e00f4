using System.ComponentModel;

namespace StreamEnricher.Cli.Api.Sinks;

/// <summary>How far a sink is in a partition.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Partition">Partition.</param>
/// <param name="Settled">The offset below which it has settled everything.</param>
internal sealed record SinkPartition(
    string Topic,
    int Partition,
    [property: Description("The offset below which the sink has settled everything.")] long Settled);

/// <summary>Body of a rewind.</summary>
/// <param name="To">Where to.</param>
internal sealed record RewindBody([property: Description("earliest, an offset, or a time such as 2026-03-01T00:00:00Z.")] string? To);

/// <summary>What was done to a sink.</summary>
/// <param name="Sink">Its name.</param>
/// <param name="Paused">It is paused now.</param>
/// <param name="Partitions">Where it stands now, in this process's partitions.</param>
internal sealed record SinkAnswer(
    string Sink,
    [property: Description("It is paused: it gets nothing until it is resumed.")] bool Paused,
    [property: Description("Where it stands, in the partitions of this process.")] IReadOnlyList<SinkPartition> Partitions);
