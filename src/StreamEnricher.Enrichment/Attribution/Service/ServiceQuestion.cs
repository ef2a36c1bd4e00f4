namespace StreamEnricher.Enrichment.Attribution.Service;

/// <summary>An indicator that the service is to be asked about, on behalf of everyone who waits for it.</summary>
/// <param name="key">Key of the answer in the cache.</param>
/// <param name="message">What the service gets.</param>
internal sealed class ServiceQuestion(byte[] key, IndicatorMessage message)
{
    private readonly TaskCompletionSource<Finding?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Key of the answer in the cache.</summary>
    public byte[] Key => key;

    /// <summary>What the service gets.</summary>
    public IndicatorMessage Message => message;

    /// <summary>Completes with what was found, or with null when there was no answer to be had.</summary>
    public Task<Finding?> Answer => _answer.Task;

    /// <summary>Answers all who wait.</summary>
    public void Complete(Finding? finding) => _answer.TrySetResult(finding);

    /// <summary>Ends the wait of all: the service is no longer asked.</summary>
    public void Cancel(CancellationToken cancellation) => _answer.TrySetCanceled(cancellation);
}
