using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;

namespace StreamEnricher.Testing.Engine;

/// <summary>A source that does what the test tells it, on the test's thread, and remembers what was committed.</summary>
public sealed class ManualSource : IEventSource
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<IReadOnlyList<PartitionProgress>> _commits = [];
    private TaskCompletionSource _committed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SourceHandlers? _handlers;

    /// <inheritdoc />
    public IReadOnlyDictionary<TopicPartitionName, long>? EndOffsets { get; set; }

    /// <inheritdoc />
    public RetentionReport Retention { get; set; } = RetentionReport.None;

    /// <inheritdoc />
    public string? Problem { get; set; }

    /// <summary>Runs before each commit; may wait or throw.</summary>
    public Func<CancellationToken, Task> BeforeCommit { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Reading goes on after it was told to stop.</summary>
    public bool IgnoresStop { get; init; }

    /// <summary>What was committed, in order.</summary>
    public IReadOnlyList<IReadOnlyList<PartitionProgress>> Commits
    {
        get
        {
            lock (_gate)
            {
                return [.. _commits];
            }
        }
    }

    private SourceHandlers Handlers => _handlers ?? throw new InvalidOperationException("The engine has not started the source.");

    /// <summary>Assigns leases.</summary>
    public void Assign(params PartitionLease[] leases) => Handlers.Assigned(leases);

    /// <summary>Revokes leases.</summary>
    public IReadOnlyList<PartitionProgress> Revoke(params PartitionLease[] leases)
    {
        var progress = Handlers.Revoked(leases);
        foreach (var lease in leases)
        {
            lease.Revoke();
        }

        return progress;
    }

    /// <summary>Posts a batch; a refused one is the test's.</summary>
    public bool TryPost(EventBatch batch) => Handlers.TryPost(batch);

    /// <summary>Posts a batch that must be taken.</summary>
    public void Post(EventBatch batch)
    {
        if (!TryPost(batch))
        {
            throw new InvalidOperationException("The engine has refused the batch.");
        }
    }

    /// <summary>Reading ends by itself.</summary>
    public void End() => _end.TrySetResult();

    /// <summary>Reading fails.</summary>
    public void Fail(Exception error) => _end.TrySetException(error);

    /// <summary>The last committed progress of a lease; null before.</summary>
    public PartitionProgress? Committed(PartitionLease lease)
    {
        lock (_gate)
        {
            return _commits.SelectMany(static commit => commit).LastOrDefault(progress => ReferenceEquals(progress.Lease, lease));
        }
    }

    /// <summary>Waits until a lease is committed up to an offset in every sink.</summary>
    public async Task CommittedAsync(PartitionLease lease, long offset)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                next = _committed.Task;
            }

            if (Committed(lease)?.All >= offset)
            {
                return;
            }

            await next;
        }
    }

    /// <inheritdoc />
    public async Task RunAsync(SourceHandlers handlers, CancellationToken stop)
    {
        _handlers = handlers;
        using var registration = stop.Register(() =>
        {
            if (!IgnoresStop)
            {
                End();
            }
        });
        await _end.Task;
    }

    /// <inheritdoc />
    public async Task CommitAsync(IReadOnlyList<PartitionProgress> progress, CancellationToken cancellation)
    {
        await BeforeCommit(cancellation);
        lock (_gate)
        {
            _commits.Add(progress);
            _committed.SetResult();
            _committed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
