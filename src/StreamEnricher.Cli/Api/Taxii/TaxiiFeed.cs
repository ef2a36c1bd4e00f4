using System.Text;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Enrichment.Encoders.Stix;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Reading;

namespace StreamEnricher.Cli.Api.Taxii;

/// <summary>A collection that is served.</summary>
/// <param name="Id">UUID, the same after every start.</param>
/// <param name="Alias">Short name, which may stand in place of the id.</param>
/// <param name="Title">Name for people.</param>
/// <param name="Description">What is in it.</param>
/// <param name="Types">Types of its objects; null: all.</param>
internal sealed record ServedCollection(string Id, string Alias, string Title, string Description, IReadOnlySet<string>? Types);

/// <summary>What the TAXII server serves: the objects of a topic, read anew at each start, so that a restart loses nothing and every process serves the same.</summary>
internal sealed class TaxiiFeed : IAsyncDisposable
{
    private readonly TopicFollower _follower;
    private readonly ILogger _logger;
    private int _skipped;

    /// <param name="options">The server; on.</param>
    /// <param name="pipeline">Name of the pipeline.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="connection">The cluster.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Trouble with the topic.</param>
    public TaxiiFeed(ApiTaxiiOptions options, string pipeline, string topic, KafkaConnection connection, TimeProvider time, ILogger<TaxiiFeed> logger)
    {
        _logger = logger;
        Options = options;
        Store = new ObjectStore(options.Bytes);
        Title = options.Title.Length > 0 ? options.Title : pipeline;
        Collections =
        [
            new ServedCollection(IdOf(pipeline, topic, "all"), "all", Title, "Indicators, their techniques and sightings, and all that these refer to.", null),
            new ServedCollection(IdOf(pipeline, topic, "indicators"), "indicators", $"{Title}: indicators", "Indicators alone.", new HashSet<string>(StringComparer.Ordinal) { "indicator" }),
        ];
        _follower = new TopicFollower(connection, topic, Take, CaughtUp, time, logger);
    }

    /// <summary>How it is configured.</summary>
    public ApiTaxiiOptions Options { get; }

    /// <summary>Name for people.</summary>
    public string Title { get; }

    /// <summary>The objects.</summary>
    public ObjectStore Store { get; }

    /// <summary>The collections.</summary>
    public IReadOnlyList<ServedCollection> Collections { get; }

    /// <summary>Bytes of the budget that it takes for good.</summary>
    public static long MemoryOf(ApiTaxiiOptions? options) => options is null ? 0 : options.Bytes + TopicFollower.PrefetchBytes;

    /// <summary>Begins to read the topic.</summary>
    /// <exception cref="KafkaSetupException">The client refuses its settings.</exception>
    public void Start() => _follower.Start();

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _follower.DisposeAsync();

    private static string IdOf(string pipeline, string topic, string name) => StixIds.Create("collection", $"{pipeline}\n{topic}\n{name}")["collection--".Length..];

    private void Take(FollowedRecord record)
    {
        if (record.Value is null)
        {
            if (record.Key is { } key)
            {
                Store.Remove(Encoding.UTF8.GetString(key));
            }
        }
        else if (!Store.Add(record.Value, record.Timestamp) && _skipped++ == 0)
        {
            Log.NoObject(_logger);
        }
    }

    private void CaughtUp()
    {
        Store.CaughtUp();
        Log.Serving(_logger, Store.Count, Store.Bytes);
    }
}
