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

    /// <summary>Writes until it is done; a store that throws is asked again.</summary>
    /// <returns>False when the engine stopped first: the batch must not be settled.</returns>
    public async Task<bool> TryWriteAsync(string sink, EventBatch source, IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellation)
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
