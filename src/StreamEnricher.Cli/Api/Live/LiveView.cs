using System.ComponentModel;
using StreamEnricher.Cli.Api.Status;
using StreamEnricher.Cli.Commands;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.Cli.Api.Live;

/// <summary>How the pipeline stands now, as this process sees it: the answer of <c>GET /api/live</c> and the event <c>live</c> of <c>GET /api/stream</c>.</summary>
internal sealed record LiveView
{
    /// <summary>When it was looked.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>The pipeline's name.</summary>
    public required string Pipeline { get; init; }

    /// <summary>The consumer group.</summary>
    public required string Group { get; init; }

    /// <summary>Where the engine stands.</summary>
    public required EngineState State { get; init; }

    /// <summary>Why it is not ready, one sentence each; empty when it reads and every sink takes events.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Records read since the start.</summary>
    public required long Records { get; init; }

    /// <summary>Records read a second.</summary>
    public required double Rate { get; init; }

    /// <summary>Records between what every sink has settled and the end, over this process's partitions.</summary>
    public required long Lag { get; init; }

    /// <summary>By topic.</summary>
    public required IReadOnlyList<TopicFigures> Topics { get; init; }

    /// <summary>By partition of this process.</summary>
    public required IReadOnlyList<PartitionFigures> Partitions { get; init; }

    /// <summary>All sinks in the pipeline's order, those that are off too.</summary>
    public required IReadOnlyList<SinkState> Sinks { get; init; }

    /// <summary>Dead letters since the start by sink and reason.</summary>
    public required IReadOnlyList<DeadLetterFigures> DeadLetters { get; init; }

    /// <summary>Bytes in flight.</summary>
    public required MemoryFigures Memory { get; init; }

    /// <summary>Look-ups in the attribution cache since the start.</summary>
    [Description("Look-ups in the attribution cache since the start; zeros when no provider has a cache.")]
    public required CacheFigures Cache { get; init; }

    /// <summary>The view of a sample.</summary>
    public static LiveView Of(PipelineOptions options, LiveSample sample) => new()
    {
        Time = sample.Time,
        Version = ProductVersion.Text,
        Pipeline = options.Name,
        Group = options.Kafka.GroupId.Length > 0 ? options.Kafka.GroupId : options.Name,
        State = sample.Engine.State,
        Problems = sample.Engine.Problems,
        Records = sample.Records,
        Rate = sample.RecordsRate,
        Lag = sample.Topics.Sum(static topic => topic.Lag),
        Topics = sample.Topics,
        Partitions = sample.Partitions,
        Sinks = SinkState.All(options, sample),
        DeadLetters = sample.DeadLetters,
        Memory = sample.Memory,
        Cache = sample.Cache,
    };
}
