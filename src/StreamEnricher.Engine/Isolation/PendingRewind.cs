using StreamEnricher.Core.Sources;

namespace StreamEnricher.Engine.Isolation;

/// <summary>A sink is to begin anew.</summary>
/// <param name="places">Where, for each partition; others stay.</param>
internal sealed class PendingRewind(IReadOnlyDictionary<TopicPartitionName, long> places)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Where it is to begin.</summary>
    public IReadOnlyDictionary<TopicPartitionName, long> Places => places;

    /// <summary>Ends when it stands there.</summary>
    public Task Done => _done.Task;

    /// <summary>It stands there.</summary>
    public void Complete() => _done.TrySetResult();

    /// <summary>The engine ends before.</summary>
    public void Cancel() => _done.TrySetCanceled();
}
