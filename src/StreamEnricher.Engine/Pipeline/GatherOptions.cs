namespace StreamEnricher.Engine.Pipeline;

/// <summary>How small batches of a sink become one larger delivery (pipeline: <c>batch</c> of a sink).</summary>
public sealed record GatherOptions
{
    /// <summary>Each batch by itself.</summary>
    public static GatherOptions None { get; } = new();

    /// <summary>How long a delivery waits for more from when its first batch came; zero: not at all. Default zero.</summary>
    public TimeSpan Linger { get; init; }

    /// <summary>Items with which it waits no longer.</summary>
    public int Events { get; init; } = 10_000;

    /// <summary>Bytes with which it waits no longer.</summary>
    public long Bytes { get; init; } = 8 << 20;
}
