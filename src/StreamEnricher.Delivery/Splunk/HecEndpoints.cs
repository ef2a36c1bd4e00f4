namespace StreamEnricher.Delivery.Splunk;

/// <summary>The collectors of a sink, asked in turn. One that fails rests while there are others. Thread-safe.</summary>
internal sealed class HecEndpoints : IDisposable
{
    private static readonly TimeSpan RestTime = TimeSpan.FromSeconds(10);

    private readonly HecEndpoint[] _endpoints;
    private readonly TimeProvider _time;
    private int _turn;

    /// <param name="options">Addresses.</param>
    /// <param name="time">Clock of rests.</param>
    public HecEndpoints(SplunkHecOptions options, TimeProvider time)
    {
        _endpoints = [.. options.Urls.Select(url => new HecEndpoint(url, options, time))];
        _time = time;
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<HecEndpoint> All => _endpoints;

    /// <summary>None of them works now.</summary>
    public bool AllRest
    {
        get
        {
            var now = _time.GetTimestamp();
            return Array.TrueForAll(_endpoints, endpoint => endpoint.RestsUntil > now);
        }
    }

    /// <summary>Index of the next one that does not rest; when all do, of the one that is through with it first.</summary>
    public int Next()
    {
        var now = _time.GetTimestamp();
        var turn = (int)((uint)Interlocked.Increment(ref _turn) % (uint)_endpoints.Length);
        var best = turn;
        for (var i = 0; i < _endpoints.Length; i++)
        {
            var index = (turn + i) % _endpoints.Length;
            if (_endpoints[index].RestsUntil <= now)
            {
                return index;
            }

            if (_endpoints[index].RestsUntil < _endpoints[best].RestsUntil)
            {
                best = index;
            }
        }

        return best;
    }

    /// <summary>A collector failed: others first.</summary>
    public void Failed(int endpoint) => _endpoints[endpoint].Rest(RestTime);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var endpoint in _endpoints)
        {
            endpoint.Dispose();
        }
    }
}
