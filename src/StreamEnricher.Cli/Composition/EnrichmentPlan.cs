using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Service;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;
using StreamEnricher.Enrichment.Attribution.Tally;
using StreamEnricher.Enrichment.Enriching;
using StreamEnricher.Enrichment.Formats;
using EncoderOptions = StreamEnricher.Enrichment.Encoders.OutputOptions;
using ServiceProvider = StreamEnricher.Enrichment.Attribution.Service.ServiceProvider;

namespace StreamEnricher.Cli.Composition;

/// <summary>A pipeline's formats and attribution, loaded: what run, enrich and explain have in common.</summary>
internal sealed class EnrichmentPlan : IAsyncDisposable
{
    private const string Auto = "auto";

    private readonly PipelineOptions _options;
    private readonly List<IAsyncDisposable> _owned;
    private readonly HttpClient? _http;

    private EnrichmentPlan(PipelineOptions options, FormatCatalog formats, AttackCatalogue catalogue, Attributor attributor, List<IAsyncDisposable> owned, HttpClient? http)
    {
        _options = options;
        _owned = owned;
        _http = http;
        Formats = formats;
        Catalogue = catalogue;
        Attributor = attributor;
    }

    /// <summary>The formats.</summary>
    public FormatCatalog Formats { get; }

    /// <summary>ATT&amp;CK release.</summary>
    public AttackCatalogue Catalogue { get; }

    /// <summary>Finds techniques.</summary>
    public Attributor Attributor { get; }

    /// <summary>Loads formats, catalogue and providers.</summary>
    /// <param name="options">The pipeline.</param>
    /// <param name="time">Clock.</param>
    /// <param name="loggers">Log.</param>
    /// <param name="onlyRead">Leave out shipped formats that no event of the pipeline's sources can have: compiling all of them is half of what a start costs.</param>
    /// <exception cref="CompositionException">A format, a table or the catalogue cannot be used.</exception>
    public static EnrichmentPlan Load(PipelineOptions options, TimeProvider time, ILoggerFactory loggers, bool onlyRead = false)
    {
        var problems = new List<FormatProblem>();
        var rules = SigmaRules.Load(options, loggers.CreateLogger<EnrichmentPlan>());
        var formats = LoadFormats(options, problems, rules, onlyRead) ?? throw new CompositionException(string.Join(Environment.NewLine, problems));
        var owned = new List<IAsyncDisposable>();
        HttpClient? http = null;
        try
        {
            var catalogue = ShippedData.BesideExecutable.LoadCatalogue(CataloguePath(options));
            var providers = new List<AttributionProvider>();
            foreach (var provider in options.Attribution.Providers)
            {
                switch (provider)
                {
                    case DeclaredProviderOptions:
                        providers.Add(new DeclaredProvider(catalogue));
                        break;
                    case TablesProviderOptions tables:
                        providers.Add(ShippedData.BesideExecutable.LoadTables(tables.Files.Select(file => TablePath(options, file)), catalogue));
                        break;
                    case SigmaProviderOptions sigma:
                        providers.Add(SigmaRules.Compile(rules!, catalogue, formats, sigma.CorrelateAcrossPartitions));
                        break;
                    case AttributionServiceOptions { Url.Length: > 0 } service:
                        http ??= new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
                        var asked = new ServiceProvider(Map(service), http, catalogue, time, loggers.CreateLogger<ServiceProvider>());
                        owned.Add(asked);
                        providers.Add(asked);
                        break;
                    default:
                        break;
                }
            }

            return new EnrichmentPlan(options, formats, catalogue, new Attributor(catalogue, providers), owned, http);
        }
        catch (DataFileException exception)
        {
            http?.Dispose();
            throw new CompositionException(exception.Message, exception);
        }
    }

    /// <summary>An enricher for sinks.</summary>
    /// <param name="sinks">In the pipeline's order.</param>
    /// <param name="sources">Source entries by the name that leases carry.</param>
    /// <param name="output">What goes into documents.</param>
    /// <param name="metrics">Counters.</param>
    /// <param name="loggers">For faults of the engine itself.</param>
    /// <param name="preview">The events are only looked at: they do not count for correlations.</param>
    /// <param name="tally">Told of the techniques that are found; null: nobody counts them.</param>
    public EventEnricher CreateEnricher(
        IEnumerable<EnrichedSink> sinks, IEnumerable<SourceFormat> sources, EncoderOptions output, PipelineMetrics metrics, ILoggerFactory loggers, bool preview = false,
        TechniqueTally? tally = null) =>
        new(sources, Formats, sinks, Attributor, output, metrics, loggers.CreateLogger<EventEnricher>(), preview, tally);

    /// <summary>The pipeline's source entries with their formats.</summary>
    public IReadOnlyList<SourceFormat> Sources() => Sources(_options.Sources);

    /// <summary>Source entries with their formats.</summary>
    public IReadOnlyList<SourceFormat> Sources(IEnumerable<KeyValuePair<string, SourceOptions>> entries) =>
        [.. entries.Select(source => new SourceFormat(source.Key, FormatOf(source.Value.Format)))];

    /// <summary>What the pipeline wants in documents.</summary>
    public EncoderOptions Output() => new()
    {
        KeepUnmapped = _options.Output.KeepUnmapped,
        Original = _options.Output.Original,
        KafkaPosition = _options.Output.KafkaPosition,
        ProducerEventId = _options.Output.ProducerEventId,
        Pipeline = _options.Name,
    };

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var one in _owned)
        {
            await one.DisposeAsync();
        }

        _http?.Dispose();
    }

    /// <summary>Loads the formats alone, in the order in which a later one replaces one of the same name: shipped, the pipeline's folders, folders of formats given by path.</summary>
    /// <param name="options">The pipeline.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="rules">Sigma rules whose fields scans must find; null for none.</param>
    /// <param name="onlyRead">Leave out shipped formats that no event of the pipeline's sources can have.</param>
    /// <returns>Null when there are problems.</returns>
    public static FormatCatalog? LoadFormats(PipelineOptions options, List<FormatProblem> problems, SigmaRuleSet? rules = null, bool onlyRead = false)
    {
        var own = options.Sources.Select(source => source.Value.Format).Where(IsPath).Select(format => Path.GetDirectoryName(options.FullPath(format))!);
        return FormatCatalog.Load(
            [ShippedFiles.Formats, .. options.Formats.Select(options.FullPath), .. own.Distinct(StringComparer.Ordinal)],
            problems,
            rules,
            onlyRead ? CanBeRead(options) : null,
            recognises: options.ReadSources.Any(static source => source.Value.Format == Auto));
    }

    /// <summary>Whether events of the pipeline can have the format of a file: all that a source recognises, else those that sources name and the one for what fits no other.</summary>
    private static Func<string, bool>? CanBeRead(PipelineOptions options)
    {
        var named = options.ReadSources.Select(static source => source.Value.Format).Append(FormatCatalog.GenericName).ToHashSet(StringComparer.Ordinal);
        return named.Contains(Auto) ? null : file => Path.GetDirectoryName(file) != ShippedFiles.Formats || named.Contains(Path.GetFileNameWithoutExtension(file));
    }

    private static bool IsPath(string format) => format.Contains('/', StringComparison.Ordinal) || format.EndsWith(".yaml", StringComparison.Ordinal);

    private static string CataloguePath(PipelineOptions options) =>
        ShippedData.IsReleasePath(options.Attribution.Catalogue) ? options.FullPath(options.Attribution.Catalogue) : options.Attribution.Catalogue;

    private static string TablePath(PipelineOptions options, string file) => File.Exists(options.FullPath(file)) ? options.FullPath(file) : file;

    private static ServiceOptions Map(AttributionServiceOptions service) => new()
    {
        Url = new Uri(service.Url),
        Timeout = service.Timeout,
        OnFailure = service.HoldOnFailure ? ServiceFailureMode.Hold : ServiceFailureMode.Degrade,
        BatchIndicators = service.BatchIndicators,
        BatchLinger = service.BatchLinger,
        CacheEntries = service.CacheEntries,
        TimeToLive = service.TimeToLive,
        NegativeTimeToLive = service.NegativeTimeToLive,
    };

    private FormatPlan? FormatOf(string format)
    {
        if (format == Auto)
        {
            return null;
        }

        var name = IsPath(format) ? Path.GetFileNameWithoutExtension(format) : format;
        return Formats.Find(name) ?? throw new CompositionException($"there is no format {name}: the file's name and its format: key must be the same");
    }
}
