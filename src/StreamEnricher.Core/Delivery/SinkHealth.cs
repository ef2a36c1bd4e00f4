namespace StreamEnricher.Core.Delivery;

/// <summary>State of a sink as operators see it. Written by the sink, read by metrics, readiness and the API; thread-safe.</summary>
public sealed class SinkHealth(TimeProvider time)
{
    private readonly Lock _gate = new();
    private string? _heldReason;
    private string? _lastError;
    private DateTimeOffset? _heldSince;
    private volatile int _concurrency;

    /// <summary>Requests that the sink now allows itself at the same time; 0 for a sink that does not adapt.</summary>
    public int Concurrency
    {
        get => _concurrency;
        set => _concurrency = value;
    }

    /// <summary>The sink waits for the operator: nothing is lost, nothing moves.</summary>
    public bool IsHeld => HeldReason is not null;

    /// <summary>Why it is held, without secrets; null when it is not.</summary>
    public string? HeldReason
    {
        get
        {
            lock (_gate)
            {
                return _heldReason;
            }
        }
    }

    /// <summary>Since when it is held.</summary>
    public DateTimeOffset? HeldSince
    {
        get
        {
            lock (_gate)
            {
                return _heldSince;
            }
        }
    }

    /// <summary>The last thing that went wrong, without secrets; stays after recovery.</summary>
    public string? LastError
    {
        get
        {
            lock (_gate)
            {
                return _lastError;
            }
        }
    }

    /// <summary>Notes an error; returns true when it is another one than before (log it then).</summary>
    public bool Error(string message)
    {
        lock (_gate)
        {
            var changed = !string.Equals(_lastError, message, StringComparison.Ordinal);
            _lastError = message;
            return changed;
        }
    }

    /// <summary>Holds the sink; returns true when it was not held for this reason before (log it then).</summary>
    public bool Hold(string reason)
    {
        lock (_gate)
        {
            var changed = !string.Equals(_heldReason, reason, StringComparison.Ordinal);
            _heldSince ??= time.GetUtcNow();
            _heldReason = reason;
            _lastError = reason;
            return changed;
        }
    }

    /// <summary>A request succeeded; returns true when the sink was held until now (log it then).</summary>
    public bool Recovered()
    {
        lock (_gate)
        {
            var changed = _heldReason is not null;
            _heldReason = null;
            _heldSince = null;
            return changed;
        }
    }
}
