using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Pacing;
using StreamEnricher.Kafka.Consuming;
using StreamEnricher.Kafka.DeadLetters;

namespace StreamEnricher.Cli.Composition.DeadLetters;

/// <summary>
/// Sends dead letters through the pipeline again: each goes to its own topic, to the sink that refused it, and keeps its identity. What the pipeline no longer reads
/// or no longer has a sink for is left where it is.
/// </summary>
/// <param name="options">The pipeline.</param>
/// <param name="to">Name of a sink, or <see cref="AllSinks"/>; null: the sink that refused it.</param>
internal sealed class DeadLetterReplay(PipelineOptions options, string? to)
{
    /// <summary>Every sink gets it again.</summary>
    public const string AllSinks = "all";

    private const int MostUnderWay = 500;

    private readonly SourceTopics _topics = new(KafkaMapping.Sources(options));
    private readonly HashSet<string> _sinks = [.. options.ActiveSinks.Select(static sink => sink.Key)];

    /// <summary>Why a dead letter cannot be replayed; null when it can.</summary>
    public string? Obstacle(StoredDeadLetter letter)
    {
        if (_topics.Matching(new HashSet<string>(StringComparer.Ordinal) { letter.Topic }).Count == 0)
        {
            return $"the pipeline does not read the topic {letter.Topic}";
        }

        return Target(letter) is { } sink && !_sinks.Contains(sink) ? $"the pipeline has no sink {sink}: choose one with --to" : null;
    }

    /// <summary>The only sink that a dead letter goes to; null: all.</summary>
    public string? Target(StoredDeadLetter letter) => to switch
    {
        AllSinks => null,
        not null => to,
        null => letter.Sink == "*" ? null : letter.Sink,
    };

    /// <summary>Replays; returns how many.</summary>
    /// <param name="letters">Which; those with an obstacle are not to be among them.</param>
    /// <param name="rate">Most a second; null: as fast as it goes.</param>
    /// <param name="loggers">Log.</param>
    /// <param name="cancellation">Stops; what is under way may or may not be written then.</param>
    /// <exception cref="IOException">Kafka refuses one; those before it are replayed, and perhaps some behind it.</exception>
    public async Task<long> RunAsync(IAsyncEnumerable<StoredDeadLetter> letters, RateLimit? rate, ILoggerFactory loggers, CancellationToken cancellation)
    {
        using var writer = new ReplayWriter(KafkaMapping.Connection(options), loggers.CreateLogger<ReplayWriter>());
        var pacer = rate is null ? null : new Pacer(rate, TimeProvider.System);
        var underWay = new Queue<Task>();
        long replayed = 0;
        await foreach (var letter in letters.WithCancellation(cancellation))
        {
            if (pacer is not null)
            {
                await pacer.WaitAsync(1, letter.Value?.Length ?? 0, cancellation);
            }

            underWay.Enqueue(writer.WriteAsync(letter, Target(letter), cancellation));
            if (underWay.Count == MostUnderWay)
            {
                await underWay.Dequeue();
                replayed++;
            }
        }

        await Task.WhenAll(underWay);
        return replayed + underWay.Count;
    }
}
