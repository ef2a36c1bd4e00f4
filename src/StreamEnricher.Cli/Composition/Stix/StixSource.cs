using System.Runtime.CompilerServices;
using System.Text;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Kafka.Reading;
using SinkFileLines = StreamEnricher.Delivery.Files.SinkFileLines;

namespace StreamEnricher.Cli.Composition.Stix;

/// <summary>The STIX objects that a pipeline has emitted: those in a topic, or in the files of a file sink.</summary>
internal sealed class StixSource
{
    private readonly Func<CancellationToken, IAsyncEnumerable<FollowedRecord>> _read;

    private StixSource(Func<CancellationToken, IAsyncEnumerable<FollowedRecord>> read) => _read = read;

    /// <summary>The source of a pipeline.</summary>
    /// <param name="options">The pipeline.</param>
    /// <param name="name">Name of the sink; null for the first that keeps objects.</param>
    /// <param name="loggers">Log of the client.</param>
    /// <param name="problem">Why there is none.</param>
    public static StixSource? Find(PipelineOptions options, string? name, ILoggerFactory loggers, out string problem)
    {
        problem = "";
        var keeping = options.ActiveSinks.Where(static sink => sink.Value.Kind is StixOptions { To: StixTopic or StixFiles } or FileSinkOptions { Format: "stix" }).ToList();
        var chosen = keeping
            .Where(sink => name is null || sink.Key == name)
            .OrderBy(static sink => sink.Value.Kind is StixOptions { To: StixTopic } ? 0 : 1)
            .Select(static sink => (sink.Key, sink.Value.Kind))
            .FirstOrDefault();
        switch (chosen.Kind)
        {
            case StixOptions { To: StixTopic to }:
                var topic = new TopicSnapshot(KafkaMapping.Connection(options), to.Topic, loggers.CreateLogger<TopicSnapshot>());
                return new StixSource(topic.ReadAsync);
            case StixOptions { To: StixFiles to }:
                return OfFiles(options, to.Files, chosen.Key);
            case FileSinkOptions file:
                return OfFiles(options, file, chosen.Key);
            default:
                problem = keeping.Count == 0
                    ? "the pipeline keeps no STIX objects: it needs a stix sink that writes to a Kafka topic, or to files"
                    : $"the sink {name} keeps no STIX objects (those that do: {string.Join(", ", keeping.Select(static sink => sink.Key))})";
                return null;
        }
    }

    private static StixSource OfFiles(PipelineOptions options, FileSinkOptions files, string sink) =>
        new(cancellation => LinesAsync(options.FullPath(files.Directory), sink, cancellation));

    /// <summary>All objects; of a topic also tombstones.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">There is nothing at the place, or it is broken.</exception>
    public IAsyncEnumerable<FollowedRecord> ReadAsync(CancellationToken cancellation) => _read(cancellation);

    private static async IAsyncEnumerable<FollowedRecord> LinesAsync(string directory, string sink, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var line in SinkFileLines.ReadAsync(directory, sink, cancellation))
        {
            yield return new FollowedRecord(null, Encoding.UTF8.GetBytes(line), default);
        }
    }
}
