namespace StreamEnricher.Cli.Benching.Runs;

/// <summary>Time from when an event was due to the sink's answer, milliseconds.</summary>
internal sealed record LatencyFigures(double P50, double P90, double P99, double P999, double Max);

/// <summary>One sink's part of a run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Events">Events settled while measured.</param>
/// <param name="EventsPerSecond">The same a second.</param>
/// <param name="MegabytesPerSecond">Its bodies, before compression.</param>
/// <param name="Latency">Null when nothing was measured.</param>
internal sealed record SinkFigures(string Name, long Events, double EventsPerSecond, double MegabytesPerSecond, LatencyFigures? Latency);

/// <summary>What a run came to.</summary>
internal sealed record BenchFigures
{
    /// <summary>Seconds measured.</summary>
    public double Seconds { get; init; }

    /// <summary>Events settled in every sink.</summary>
    public long Events { get; init; }

    /// <summary>The same a second.</summary>
    public double EventsPerSecond { get; init; }

    /// <summary>Their bytes as read.</summary>
    public double MegabytesPerSecond { get; init; }

    /// <summary>CPU of the process, without that of the receiver's threads.</summary>
    public double CpuSecondsPerMillion { get; init; }

    /// <summary>CPU of the receiver inside the process.</summary>
    public double ReceiverCpuSecondsPerMillion { get; init; }

    /// <summary>Managed bytes allocated an event, by the whole process.</summary>
    public double AllocatedBytesPerEvent { get; init; }

    /// <summary>Collections of generations 0, 1 and 2.</summary>
    public IReadOnlyList<int> Collections { get; init; } = [];

    /// <summary>Milliseconds that collections stopped all threads.</summary>
    public double PauseMilliseconds { get; init; }

    /// <summary>The process's largest resident size since its start.</summary>
    public double PeakMebibytes { get; init; }

    /// <summary>Largest part of <c>limits.memory</c> in use, as seen every 20 ms.</summary>
    public double PeakBudgetMebibytes { get; init; }

    /// <summary>Bytes that went over the receiver's connections.</summary>
    public double WireMegabytesPerSecond { get; init; }

    /// <summary>Events that became dead letters.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Why the first of them did.</summary>
    public string? FirstDeadLetter { get; init; }

    /// <summary>What sinks last complained of.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Each sink.</summary>
    public IReadOnlyList<SinkFigures> Sinks { get; init; } = [];

    /// <summary>The slowest sink's percentiles.</summary>
    public LatencyFigures? Latency => Sinks.Select(static sink => sink.Latency).OfType<LatencyFigures>().MaxBy(static latency => latency.P99);
}
