namespace StreamEnricher.Engine.Ledger;

/// <summary>What the ledger must know to settle a batch: for each of its partitions, and each sink, the open range.</summary>
internal sealed class BatchTicket
{
    internal BatchTicket(PartitionLedger?[] partitions, OpenRange?[][] ranges)
    {
        Partitions = partitions;
        Ranges = ranges;
    }

    /// <summary>Null for a partition that was given up before the batch was begun.</summary>
    internal PartitionLedger?[] Partitions { get; }

    /// <summary>By partition of the batch, then by sink; null where the sink does not get the range with this batch.</summary>
    internal OpenRange?[][] Ranges { get; }
}
