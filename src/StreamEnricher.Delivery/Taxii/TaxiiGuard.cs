using StreamEnricher.Delivery.Retry;

namespace StreamEnricher.Delivery.Taxii;

/// <summary>Lets requests pass once the collection was found and takes objects; holds the sink until then, and asks anew after a request was refused.</summary>
internal sealed class TaxiiGuard(TaxiiDiscovery discovery, Backoff backoff, SinkReporter report) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile TaxiiCollection? _collection;

    /// <summary>The collection, at once when it is known.</summary>
    /// <exception cref="OperationCanceledException">The engine stops.</exception>
    public async ValueTask<TaxiiCollection> WaitAsync(CancellationToken cancellation)
    {
        if (_collection is { } known)
        {
            return known;
        }

        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (_collection is { } found)
                {
                    return found;
                }

                var finding = await discovery.FindAsync(cancellation).ConfigureAwait(false);
                _collection = finding.Collection;
                if (finding.Problem is { } problem)
                {
                    if (finding.IsPassing)
                    {
                        report.Retry("unreachable", 1, problem);
                    }
                    else
                    {
                        report.Hold(problem);
                    }

                    await backoff.WaitAsync(attempt, finding.RetryAfter, cancellation).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>What was known may have changed: the next request asks first.</summary>
    public void Forget() => _collection = null;

    /// <inheritdoc />
    public void Dispose() => _one.Dispose();
}
