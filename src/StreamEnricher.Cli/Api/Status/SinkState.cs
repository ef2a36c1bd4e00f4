using System.ComponentModel;
using StreamEnricher.Cli.Api.Sinks;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Api.Status;

/// <summary>What is known of one sink, for the API.</summary>
internal sealed record SinkState
{
    /// <summary>Its name in the pipeline; null when the pipeline has none of the kind.</summary>
    public string? Name { get; init; }

    /// <summary>elasticsearch, splunk_hec, stix, kafka or file.</summary>
    public required string Kind { get; init; }

    /// <summary>It is configured and has an address.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Its address without credentials; a topic or a folder.</summary>
    public string? Url { get; init; }

    /// <summary>It takes events.</summary>
    public bool Healthy { get; init; }

    /// <summary>It waits for the operator; nothing is lost.</summary>
    public bool Held { get; init; }

    /// <summary>Why it is held.</summary>
    public string? HeldReason { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Advice { get; init; }

    /// <summary>The main flow serves it; false: it reads on its own until it has caught up.</summary>
    public bool Attached { get; init; }

    /// <summary>The operator has paused it.</summary>
    public bool Paused { get; init; }

    /// <summary>The last thing that went wrong; stays after recovery.</summary>
    public string? LastError { get; init; }

    /// <summary>Items that it has taken since the start.</summary>
    public long Delivered { get; init; }

    /// <summary>Items that it had already.</summary>
    public long Duplicates { get; init; }

    /// <summary>Records that it refused since the start.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Items or requests sent again since the start.</summary>
    public long Retries { get; init; }

    /// <summary>Body bytes sent since the start.</summary>
    public long Bytes { get; init; }

    /// <summary>Items settled a second.</summary>
    public double Rate { get; init; }

    /// <summary>Requests that it allows itself at a time.</summary>
    public int Concurrency { get; init; }

    /// <summary>What waits for it.</summary>
    public QueueState Queue { get; init; } = new(0, 0, 0);

    /// <summary>Records that it has not settled, over this process's partitions.</summary>
    public long Lag { get; init; }

    /// <summary>How far it is in each partition of this process; null where that was not asked for.</summary>
    public IReadOnlyList<SinkPartition>? Partitions { get; init; }

    /// <summary>The states of all sinks of a pipeline.</summary>
    public static IReadOnlyList<SinkState> All(PipelineOptions options, LiveSample sample) => [.. options.Sinks.Select(sink => Of(sink.Key, sink.Value.Kind!, sample))];

    private static SinkState Of(string name, SinkKind kind, LiveSample sample)
    {
        var status = sample.Engine.Sinks.FirstOrDefault(one => one.Name == name);
        var figures = sample.Sinks.FirstOrDefault(one => one.Sink == name);
        if (status is null || figures is null)
        {
            return new SinkState { Name = name, Kind = kind.Name, Enabled = false };
        }

        return new SinkState
        {
            Name = name,
            Kind = kind.Name,
            Enabled = true,
            Url = kind.Address,
            Healthy = status.HeldReason is null,
            Held = status.HeldReason is not null,
            HeldReason = status.HeldReason,
            HeldSince = status.HeldSince,
            Advice = status.HeldReason is { } reason ? HeldAdvice.For(kind.Name, reason) : null,
            Attached = status.Attached,
            Paused = status.Paused,
            LastError = status.LastError,
            Delivered = status.Delivered,
            Duplicates = figures.Duplicates,
            DeadLetters = status.DeadLetters,
            Retries = figures.Retries,
            Bytes = figures.Bytes,
            Rate = figures.Rate,
            Concurrency = figures.Concurrency,
            Queue = new QueueState(status.QueuedBatches, status.QueuedBytes, status.Busy),
            Lag = figures.Lag,
        };
    }
}

/// <summary>What waits for a sink.</summary>
/// <param name="Batches">Batches that wait.</param>
/// <param name="Bytes">Bytes that wait or are being sent.</param>
/// <param name="Busy">Batches being sent.</param>
internal sealed record QueueState(
    [property: Description("Batches that wait.")] int Batches,
    [property: Description("Bytes that wait or are being sent.")] long Bytes,
    [property: Description("Batches being sent.")] int Busy);
