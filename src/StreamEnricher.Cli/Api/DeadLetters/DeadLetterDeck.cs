using StreamEnricher.Cli.Composition.DeadLetters;
using StreamEnricher.Cli.Reloading;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Cli.Api.DeadLetters;

/// <summary>The pipeline's dead letters for the API: looked through by few callers at a time, for a bounded time.</summary>
/// <param name="current">The pipeline.</param>
/// <param name="time">Clock of the bound.</param>
/// <param name="loggers">Log.</param>
internal sealed class DeadLetterDeck(CurrentPipeline current, TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    /// <summary>Most that one call lists.</summary>
    public const int MostListed = 1000;

    /// <summary>Most of one record that are shown.</summary>
    public const int MostShown = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _reading = new(2);
    private readonly SemaphoreSlim _replaying = new(1);
    private readonly ILogger _logger = loggers.CreateLogger<DeadLetterDeck>();

    /// <summary>Looks for techniques as the pipeline does now.</summary>
    private DeadLetterBox Box => new(current.Options, loggers);

    /// <summary>The newest that a filter takes.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="limit">How many.</param>
    /// <param name="whole">With key, value and headers.</param>
    /// <param name="cancellation">The caller is gone.</param>
    /// <exception cref="IOException">The store cannot be read.</exception>
    /// <exception cref="InvalidDataException">There is no store, or what is in it is no dead letter.</exception>
    public async Task<DeadLetterList> ListAsync(DeadLetterFilter filter, int limit, bool whole, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        var newest = new PriorityQueue<StoredDeadLetter, DateTimeOffset>();
        var (count, complete, isIn) = (0L, true, false);
        try
        {
            await _reading.WaitAsync(both.Token);
            isIn = true;
            await foreach (var letter in Box.ReadAsync(filter, both.Token))
            {
                count++;
                newest.Enqueue(letter, letter.Time);
                if (newest.Count > limit)
                {
                    newest.Dequeue();
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            complete = false;
        }
        finally
        {
            if (isIn)
            {
                _reading.Release();
            }
        }

        var lines = new DeadLetterLine[newest.Count];
        for (var i = lines.Length - 1; i >= 0; i--)
        {
            var letter = newest.Dequeue();
            lines[i] = whole ? DeadLetterLine.Whole(letter) : DeadLetterLine.Brief(letter);
        }

        return new DeadLetterList(lines, count, complete);
    }

    /// <summary>Replays; null when another replay is under way.</summary>
    /// <param name="request">Which, and where to.</param>
    /// <param name="subject">Who asks, as the log may say it.</param>
    /// <param name="cancellation">The caller is gone: the replay ends, and what was written is delivered.</param>
    /// <exception cref="IOException">The store cannot be read, or Kafka refuses one.</exception>
    /// <exception cref="InvalidDataException">There is no store, or what is in it is no dead letter.</exception>
    public async Task<ReplayAnswer?> TryReplayAsync(ReplayRequest request, string subject, CancellationToken cancellation)
    {
        if (!await _replaying.WaitAsync(0, cancellation))
        {
            return null;
        }

        try
        {
            var replay = new DeadLetterReplay(current.Options, request.To);
            var obstacles = new Dictionary<string, long>(StringComparer.Ordinal);
            var letters = Box.ReadAsync(request.Filter, cancellation).Where(letter => IsPossible(replay, letter, obstacles));
            var done = request.DryRun ? await letters.LongCountAsync(cancellation) : await replay.RunAsync(letters, request.Limit, loggers, cancellation);
            var skipped = obstacles.Values.Sum();
            if (!request.DryRun)
            {
                Log.Replayed(_logger, subject, done, skipped);
            }

            return new ReplayAnswer(done, skipped, request.DryRun, [.. obstacles.Select(static one => new ReplayObstacle(one.Key, one.Value))]);
        }
        finally
        {
            _replaying.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _reading.Dispose();
        _replaying.Dispose();
    }

    private static bool IsPossible(DeadLetterReplay replay, StoredDeadLetter letter, Dictionary<string, long> obstacles)
    {
        if (replay.Obstacle(letter) is not { } obstacle)
        {
            return true;
        }

        obstacles[obstacle] = obstacles.GetValueOrDefault(obstacle) + 1;
        return false;
    }
}

/// <summary>Answer of list and show.</summary>
/// <param name="DeadLetters">Newest first.</param>
/// <param name="Count">How many the filter took.</param>
/// <param name="Complete">The store was read to its end.</param>
internal sealed record DeadLetterList(IReadOnlyList<DeadLetterLine> DeadLetters, long Count, bool Complete);

/// <summary>Answer of replay.</summary>
/// <param name="Done">Replayed; with a dry run: would be.</param>
/// <param name="Skipped">Could not be.</param>
/// <param name="DryRun">Nothing was written.</param>
/// <param name="Obstacles">Why some could not be.</param>
internal sealed record ReplayAnswer(long Done, long Skipped, bool DryRun, IReadOnlyList<ReplayObstacle> Obstacles);

/// <summary>Why some dead letters could not be replayed.</summary>
internal sealed record ReplayObstacle(string Reason, long Count);
