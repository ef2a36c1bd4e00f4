using StreamEnricher.Core.Sources;
using StreamEnricher.Kafka.Progress;

namespace StreamEnricher.Cli.Api.Sinks;

/// <summary>What can be done to the sinks of a running pipeline. Names are those of sinks that are on.</summary>
internal sealed record SinkControl
{
    /// <summary>A sink gets nothing until it is resumed.</summary>
    public required Action<string> Pause { get; init; }

    /// <summary>It goes on where it stands.</summary>
    public required Action<string> Resume { get; init; }

    /// <summary>It begins anew at another place in this process's partitions; ends when it stands there.</summary>
    /// <exception cref="InvalidOperationException">The pipeline does not run, or the sink is being rewound already.</exception>
    /// <exception cref="Kafka.KafkaSetupException">The brokers do not answer.</exception>
    public required Func<string, SinkTarget, CancellationToken, Task> RewindAsync { get; init; }

    /// <summary>How far each of this process's partitions is settled, sinks in the pipeline's order.</summary>
    public required Func<IReadOnlyList<PartitionProgress>> Progress { get; init; }
}
