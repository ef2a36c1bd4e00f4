namespace StreamEnricher.Enrichment.Intelligence;

/// <summary>What is known of one partition: how far it is counted, its watermark, its open windows. Times are milliseconds since 1970-01-01 UTC.</summary>
/// <param name="topic">Topic.</param>
/// <param name="partition">Partition.</param>
/// <param name="length">Length of new windows.</param>
internal sealed class PartitionWindows(string topic, int partition, long length)
{
    /// <summary>Topic.</summary>
    public string Topic => topic;

    /// <summary>Partition.</summary>
    public int Partition => partition;

    /// <summary>The offset below which everything is counted.</summary>
    public long Next { get; set; }

    /// <summary>No event before this time is expected any more: the latest event's time less the lateness. It never goes back.</summary>
    public long Watermark { get; set; } = long.MinValue;

    /// <summary>Length of new windows.</summary>
    public long Length { get; set; } = length;

    /// <summary>The lowest watermark at which a window closes.</summary>
    public long NextClose { get; set; } = long.MaxValue;

    /// <summary>When it last brought an observation, a time stamp of the clock.</summary>
    public long LastActive { get; set; }

    /// <summary>The state does not have its newest figures.</summary>
    public bool IsChanged { get; set; }

    /// <summary>Its open windows, in no order.</summary>
    public List<OpenWindow> Open { get; private set; } = [];

    /// <summary>Adds an open window.</summary>
    public void Add(OpenWindow window)
    {
        Open.Add(window);
        NextClose = Math.Min(NextClose, window.ClosesAt);
    }

    /// <summary>Takes out the windows that a test picks, and gives them back.</summary>
    public List<OpenWindow> Take(Predicate<OpenWindow> picks)
    {
        var taken = new List<OpenWindow>();
        var left = new List<OpenWindow>();
        NextClose = long.MaxValue;
        foreach (var window in Open)
        {
            if (picks(window))
            {
                taken.Add(window);
            }
            else
            {
                left.Add(window);
                NextClose = Math.Min(NextClose, window.ClosesAt);
            }
        }

        Open = left;
        return taken;
    }

    /// <summary>Start of the span of a time.</summary>
    public long StartOf(long time) => time - (((time % Length) + Length) % Length);
}
