using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Engine.Ledger;

/// <summary>Gives the ledger's progress to the source at intervals, one commit at a time.</summary>
/// <remarks>
/// Every commit carries all partitions, also those that have not moved: the source writes only what differs from what it has written, and so a write that
/// failed is made good although nothing new arrives on its partition.
/// </remarks>
internal sealed class Committer(IEventSource source, DeliveryLedger ledger, TimeSpan interval, TimeProvider time, ILogger logger)
{
    private volatile string? _problem;

    /// <summary>Why the last commit failed; null when it did not.</summary>
    public string? Problem => _problem;

    /// <summary>Commits at intervals until cancelled; ends normally.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                await CommitAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The last commit is the engine's.
        }
    }

    /// <summary>Commits once.</summary>
    /// <returns>Why it failed, or null.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<Exception?> CommitAsync(CancellationToken cancellation)
    {
        var progress = ledger.Progress();
        if (progress.Count == 0)
        {
            return null;
        }

        try
        {
            await source.CommitAsync(progress, cancellation);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            if (_problem != error.Message)
            {
                _problem = error.Message;
                Log.CommitFailed(logger, error.Message);
            }

            return error;
        }

        if (_problem is not null)
        {
            _problem = null;
            Log.CommitRecovered(logger);
        }

        return null;
    }
}
