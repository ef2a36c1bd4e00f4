using System.Runtime.CompilerServices;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.DeadLetters;
using StreamEnricher.Kafka.DeadLetters;

namespace StreamEnricher.Cli.Composition.DeadLetters;

/// <summary>The dead letters of a pipeline, wherever they lie.</summary>
/// <param name="options">The pipeline.</param>
/// <param name="loggers">Log.</param>
internal sealed class DeadLetterBox(PipelineOptions options, ILoggerFactory loggers)
{
    /// <summary>They lie in a Kafka topic, of which only a beginning can be deleted.</summary>
    public bool IsTopic => options.DeadLetters?.Topic is not null;

    /// <summary>Those that a filter takes.</summary>
    /// <exception cref="IOException">The store cannot be read.</exception>
    /// <exception cref="InvalidDataException">There is no store, or what is in it is no dead letter.</exception>
    public async IAsyncEnumerable<StoredDeadLetter> ReadAsync(DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var techniques = filter.Techniques.Count > 0 ? new TechniqueFinder(options, loggers) : null;
        await foreach (var letter in AllAsync(filter.Since, cancellation))
        {
            if (filter.Matches(letter) && (techniques is null || filter.MatchesTechnique(await techniques.FindAsync(letter, cancellation))))
            {
                yield return letter;
            }
        }
    }

    /// <summary>Deletes those that a filter takes; of a topic those that are older than its end.</summary>
    /// <returns>How many are gone, and how many of the chosen stay because an engine still writes to their file.</returns>
    /// <exception cref="IOException">The store cannot be read or changed.</exception>
    public async Task<(long Purged, long InUse)> PurgeAsync(DeadLetterFilter filter, CancellationToken cancellation)
    {
        if (IsTopic)
        {
            return (await Topic().PurgeAsync(filter.Until, cancellation), 0);
        }

        await using var techniques = filter.Techniques.Count > 0 ? new TechniqueFinder(options, loggers) : null;
        return await Folder().PurgeAsync(
            async letter => filter.Matches(letter) && (techniques is null || filter.MatchesTechnique(await techniques.FindAsync(letter, cancellation))), cancellation);
    }

    private IAsyncEnumerable<StoredDeadLetter> AllAsync(DateTimeOffset? since, CancellationToken cancellation) =>
        IsTopic ? Topic().ReadAsync(since, cancellation) : Folder().ReadAsync(cancellation);

    private KafkaDeadLetters Topic() => new(KafkaMapping.Connection(options), options.DeadLetters!.Topic!, loggers.CreateLogger<KafkaDeadLetters>());

    private DirectoryDeadLetters Folder() => new(options.FullPath(options.DeadLetters!.Directory!));
}
