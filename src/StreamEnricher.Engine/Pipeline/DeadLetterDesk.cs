using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Metrics;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>Brings refused records to the dead letter store and counts them. Nothing of a batch is settled before its dead letters are durable.</summary>
internal sealed class DeadLetterDesk(IDeadLetterStore store, PipelineMetrics metrics, TimeProvider time, ILogger logger)
{
    /// <summary>The sink that dead letters from before the fan-out name.</summary>
    public const string AllSinks = "*";

    /// <summary>A store that has taken nothing for so long although something waits is a problem.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private int _waiting;
    private long _since;

    /// <summary>Why dead letters are not written, without secrets; null when they are. What was read before them stays uncommitted meanwhile.</summary>
    public string? Problem
    {
        get
        {
            if (store.Health.HeldReason is { } held)
            {
                return held;
            }

            lock (_gate)
            {
                var waited = _waiting == 0 ? TimeSpan.Zero : time.GetElapsedTime(_since);
                return waited < Patience ? null : $"they have waited for {waited.TotalSeconds:0} s: {store.Health.LastError ?? "the store does not answer"}";
            }
        }
    }

    /// <summary>Writes until it is done; a store that throws is asked again.</summary>
    /// <returns>False when the engine stopped first: the batch must not be settled.</returns>
    public async Task<bool> TryWriteAsync(string sink, EventBatch source, IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellation)
    {
        Note(+1);
        try
        {
            return await WriteAsync(sink, source, rejected, cancellation);
        }
        finally
        {
            Note(-1);
        }
    }

    /// <summary>Waits begin anew with everything that ends: a slow store is no problem as long as it takes something.</summary>
    private void Note(int more)
    {
        lock (_gate)
        {
            _since = more < 0 || _waiting == 0 ? time.GetTimestamp() : _since;
            _waiting += more;
        }
    }

    private async Task<bool> WriteAsync(string sink, EventBatch source, IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellation)
    {
        for (var faults = 1; ; faults++)
        {
            try
            {
                await store.WriteAsync(sink, source, rejected, cancellation);
                break;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return false;
            }
            catch (Exception error)
            {
                var delay = RetryDelay.After(faults);
                Log.DeadLetterStoreFailed(logger, error, sink, rejected.Count, delay);
                if (!await Pause.TryAsync(delay, time, cancellation))
                {
                    return false;
                }
            }
        }

        foreach (var record in rejected)
        {
            metrics.DeadLetters.Add(1, new("sink", sink), new("reason", record.Reason));
        }

        return true;
    }
}
