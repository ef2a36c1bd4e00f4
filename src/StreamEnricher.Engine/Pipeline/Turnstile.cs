namespace StreamEnricher.Engine.Pipeline;

/// <summary>Lets batches that are enriched in any order pass in the order of reading, where a sink needs that. Turns are numbered from 0. Thread-safe.</summary>
internal sealed class Turnstile
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, TaskCompletionSource> _waiting = [];
    private readonly HashSet<long> _over = [];
    private long _next;

    /// <summary>Ends when all turns before this one are over.</summary>
    public Task WaitAsync(long turn)
    {
        lock (_gate)
        {
            if (turn <= _next)
            {
                return Task.CompletedTask;
            }

            var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add(turn, waiting);
            return waiting.Task;
        }
    }

    /// <summary>A turn is over; also one that was never waited for. Once each.</summary>
    public void End(long turn)
    {
        TaskCompletionSource? next;
        lock (_gate)
        {
            _over.Add(turn);
            while (_over.Remove(_next))
            {
                _next++;
            }

            _waiting.Remove(_next, out next);
        }

        next?.SetResult();
    }
}
