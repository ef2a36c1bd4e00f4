namespace StreamEnricher.Engine.Pipeline;

/// <summary>Waits that end early without an exception.</summary>
internal static class Pause
{
    /// <summary>Waits for a time; false when it was cancelled.</summary>
    public static async Task<bool> TryAsync(TimeSpan delay, TimeProvider time, CancellationToken cancellation)
    {
        await Task.Delay(delay, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellation.IsCancellationRequested;
    }

    /// <summary>Waits until a token is cancelled.</summary>
    public static Task UntilCancelledAsync(CancellationToken cancellation)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cancellation.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), cancelled);
        return cancelled.Task;
    }

    /// <summary>Waits for a task, but not longer than this; true when it ended. Its exception, if any, is thrown.</summary>
    public static async Task<bool> UntilAsync(Task task, TimeSpan limit, TimeProvider time)
    {
        using var ended = new CancellationTokenSource();
        await Task.WhenAny(task, Task.Delay(limit, time, ended.Token));
        await ended.CancelAsync();
        if (!task.IsCompleted)
        {
            return false;
        }

        await task;
        return true;
    }
}
