using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.Cli.Api.Status;

/// <summary>How things stood at one moment. Rates are those since the sample before.</summary>
/// <param name="Time">Clock time.</param>
/// <param name="Engine">The engine's state.</param>
/// <param name="Records">Records read since the start.</param>
/// <param name="RecordsRate">Records read a second.</param>
/// <param name="Topics">By topic.</param>
/// <param name="Partitions">By partition of this process, in the order of topics and numbers.</param>
/// <param name="Sinks">By sink.</param>
/// <param name="DeadLetters">By sink (<c>*</c>: before the fan-out) and reason.</param>
/// <param name="Memory">Bytes in flight.</param>
/// <param name="Cache">Look-ups in the attribution cache.</param>
internal sealed record LiveSample(
    DateTimeOffset Time, EngineStatus Engine, long Records, double RecordsRate, IReadOnlyList<TopicFigures> Topics, IReadOnlyList<PartitionFigures> Partitions,
    IReadOnlyList<SinkFigures> Sinks, IReadOnlyList<DeadLetterFigures> DeadLetters, MemoryFigures Memory, CacheFigures Cache);

/// <summary>One topic that is read.</summary>
/// <param name="Topic">Its name.</param>
/// <param name="Records">Records read since the start.</param>
/// <param name="Rate">Records read a second.</param>
/// <param name="Lag">Records between what every sink has settled and the end, over this process's partitions.</param>
internal sealed record TopicFigures(string Topic, long Records, double Rate, long Lag);

/// <summary>One partition of this process.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its number.</param>
/// <param name="Lag">Records between what every sink has settled and its end.</param>
/// <param name="Age">How long its oldest unsettled batch has been in the pipeline, in seconds; 0 when there is none.</param>
/// <param name="SinkLags">Records that each sink has not settled, by its name.</param>
internal sealed record PartitionFigures(string Topic, int Partition, long Lag, double Age, IReadOnlyDictionary<string, long> SinkLags);

/// <summary>What the instruments tell of one sink.</summary>
/// <param name="Sink">Its name.</param>
/// <param name="Delivered">Items that it has taken since the start.</param>
/// <param name="Duplicates">Items that it had already.</param>
/// <param name="Rate">Items settled a second.</param>
/// <param name="Retries">Items or requests sent again since the start.</param>
/// <param name="Bytes">Body bytes sent since the start.</param>
/// <param name="Lag">Records that it has not settled, over this process's partitions.</param>
/// <param name="Concurrency">Requests that it allows itself at a time.</param>
internal sealed record SinkFigures(string Sink, long Delivered, long Duplicates, double Rate, long Retries, long Bytes, long Lag, int Concurrency);

/// <summary>Dead letters of one kind.</summary>
/// <param name="Sink">Who refused them; <c>*</c> before the fan-out.</param>
/// <param name="Reason">One of the reasons of docs/operate.md.</param>
/// <param name="Count">How many since the start.</param>
internal sealed record DeadLetterFigures(string Sink, string Reason, long Count);

/// <summary>Bytes in flight.</summary>
/// <param name="Used">Now.</param>
/// <param name="Limit">The budget.</param>
internal sealed record MemoryFigures(long Used, long Limit);

/// <summary>Look-ups in the attribution cache since the start.</summary>
internal sealed record CacheFigures(long Hits, long Misses, long Stale);
