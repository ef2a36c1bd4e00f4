namespace StreamEnricher.Delivery.Splunk;

/// <summary>A channel of one collector and the requests on it that no indexer has acknowledged yet. Not thread-safe: <see cref="AckPoller"/> guards it.</summary>
internal sealed class AckChannel(long used)
{
    private readonly Dictionary<long, PendingAck> _pending = [];

    /// <summary>The channel as the collector knows it.</summary>
    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>Timestamp of its last request.</summary>
    public long Used { get; private set; } = used;

    /// <summary>No new requests: the collector may have forgotten the channel, and would then give the same ids again.</summary>
    public bool IsRetired { get; private set; }

    /// <summary>Requests that wait.</summary>
    public int Count => _pending.Count;

    /// <summary>Their ids.</summary>
    public IEnumerable<long> Ids => _pending.Keys;

    /// <summary>No new requests from here on.</summary>
    public void Retire() => IsRetired = true;

    /// <summary>A request is being made.</summary>
    public void Use(long now) => Used = now;

    /// <summary>A request waits. An id that waits already was given by a collector that has begun anew: what waited is lost.</summary>
    public Task<bool> Add(long id, long now)
    {
        Lose(id);
        var pending = new PendingAck(new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously), now);
        _pending[id] = pending;
        Used = now;
        return pending.Answer.Task;
    }

    /// <summary>An indexer has the events of a request.</summary>
    public void Indexed(long id)
    {
        if (_pending.Remove(id, out var pending))
        {
            pending.Answer.SetResult(true);
        }
    }

    /// <summary>Gives up the requests that wait since before a moment.</summary>
    public int LoseOlder(long moment)
    {
        var old = _pending.Where(pending => pending.Value.Since <= moment).Select(static pending => pending.Key).ToList();
        old.ForEach(Lose);
        return old.Count;
    }

    private void Lose(long id)
    {
        if (_pending.Remove(id, out var pending))
        {
            Retire();
            pending.Answer.SetResult(false);
        }
    }

    private readonly record struct PendingAck(TaskCompletionSource<bool> Answer, long Since);
}
