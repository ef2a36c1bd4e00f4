namespace StreamEnricher.Core.Sources;

/// <summary>Where batches come from: a Kafka consumer group, or records in memory (tests, benchmarks, the enrich command).</summary>
public interface IEventSource : IAsyncDisposable
{
    /// <summary>Reads until cancelled or, with exit-at-end, until all that was there at the start has been posted. Progress goes on being committed until dispose.</summary>
    /// <exception cref="OperationCanceledException">Never: cancellation ends the task normally.</exception>
    Task RunAsync(SourceHandlers handlers, CancellationToken stop);

    /// <summary>Commits progress: the lowest under the main group, each sink's under its own. Called at intervals and once at the end; idempotent.</summary>
    Task CommitAsync(IReadOnlyList<PartitionProgress> progress, CancellationToken cancellation);

    /// <summary>
    /// For each partition assigned at the start the end offset of that moment, once known; null before. With it the engine knows when exit-at-end is reached.
    /// </summary>
    IReadOnlyDictionary<TopicPartitionName, long>? EndOffsets { get; }

    /// <summary>What is about to be deleted at the source before every sink has it. Cheap, from any thread.</summary>
    RetentionReport Retention => RetentionReport.None;

    /// <summary>What keeps it from reading, in one sentence without secrets; null when nothing does. For readiness; cheap, from any thread.</summary>
    string? Problem { get; }
}
