namespace StreamEnricher.Cli.Benching.Receivers;

/// <summary>How a receiver answers.</summary>
internal sealed record ReceiverOptions
{
    /// <summary>Port on the loopback interface; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>How long it thinks before it answers a request; what a server far away or at work would take.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Bytes a second that all its connections together get through; null for no limit.</summary>
    public double? BytesPerSecond { get; init; }
}
