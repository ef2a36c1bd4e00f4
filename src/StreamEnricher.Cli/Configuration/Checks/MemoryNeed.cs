namespace StreamEnricher.Cli.Configuration.Checks;

/// <summary>The smallest memory limit that a pipeline works with.</summary>
internal static class MemoryNeed
{
    /// <summary>Least bytes of a batch.</summary>
    public const long SmallestBatch = 64L << 10;

    /// <summary>Most bytes of a batch.</summary>
    public const long LargestBatch = 256L << 20;

    /// <summary>Expected output bytes of one sink for one input byte.</summary>
    public const int Expansion = 4;

    /// <summary>Records that the Kafka client reads ahead.</summary>
    public const long Prefetch = 16L << 20;

    /// <summary>One batch in each sink's hands and one that is being filled, with all that is made of them, and the client's prefetch.</summary>
    public static long Of(PipelineOptions options) =>
        Prefetch + (2 * options.Limits.Batch.Bytes * (1 + (Expansion * Math.Max(1, options.ActiveSinks.Count))));
}
