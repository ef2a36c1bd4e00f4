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
    private readonly IReadOnlyList<AskedService> _services;

    private EnrichmentPlan(PipelineOptions options, FormatCatalog formats, AttackCatalogue catalogue, Attributor attributor, IReadOnlyList<AskedService> services)
    {
        _options = options;
        _services = services;
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
    /// <param name="before">The plan that this one is to replace: what it knows of the attribution service's answers is kept where it still holds.</param>
    /// <exception cref="CompositionException">A format, a table or the catalogue cannot be used.</exception>
    public static EnrichmentPlan Load(PipelineOptions options, TimeProvider time, ILoggerFactory loggers, bool onlyRead = false, EnrichmentPlan? before = null)
    {
        var problems = new List<FormatProblem>();
        var rules = SigmaRules.Load(options, loggers.CreateLogger<EnrichmentPlan>());
        var formats = LoadFormats(options, problems, rules, onlyRead) ?? throw new CompositionException(string.Join(Environment.NewLine, problems));
        try
        {
            var catalogue = ShippedData.BesideExecutable.LoadCatalogue(CataloguePath(options));
            var providers = options.Attribution.Providers.Select(provider => provider switch
            {
                DeclaredProviderOptions => new DeclaredProvider(catalogue),
                TablesProviderOptions tables => ShippedData.BesideExecutable.LoadTables(tables.Files.Select(file => TablePath(options, file)), catalogue),
                SigmaProviderOptions sigma => SigmaRules.Compile(rules!, catalogue, formats, sigma.CorrelateAcrossPartitions),
                _ => (AttributionProvider?)null,
            }).ToArray();

            // Last, since they own connections and nothing can go wrong any more.
            var services = new List<AskedService>();
            for (var i = 0; i < providers.Length; i++)
            {
                if (options.Attribution.Providers[i] is AttributionServiceOptions { Url.Length: > 0 } service)
                {
                    services.Add(ServiceOf(service, options, catalogue, before, time, loggers));
                    providers[i] = services[^1].Provider;
                }
            }

            return new EnrichmentPlan(options, formats, catalogue, new Attributor(catalogue, providers.OfType<AttributionProvider>()), services);
        }
        catch (DataFileException exception)
        {
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
    public ValueTask DisposeAsync() => DisposeAsync(null);

    /// <summary>Lets go of what the plan that replaces this one does not go on with. Who waits for an answer that will not come gets an <see cref="OperationCanceledException"/>.</summary>
    /// <param name="after">That plan; null for none.</param>
    public async ValueTask DisposeAsync(EnrichmentPlan? after)
    {
        foreach (var service in _services.Where(service => after?._services.Contains(service) != true))
        {
            await service.Provider.DisposeAsync();
            service.Http.Dispose();
        }
    }

    /// <summary>What a pipeline's formats and attribution come from, but for what is shipped.</summary>
    public static IReadOnlyList<OwnFiles> OwnFiles(PipelineOptions options) =>
    [
        .. OwnFormats(options).Select(static folder => new OwnFiles(folder, "*.yaml")),
        .. ShippedData.IsReleasePath(options.Attribution.Catalogue) ? [new OwnFiles(CataloguePath(options))] : Array.Empty<OwnFiles>(),
        .. options.Attribution.Providers.OfType<TablesProviderOptions>().SelectMany(static tables => tables.Files).Select(options.FullPath).Where(File.Exists).Select(static file => new OwnFiles(file)),
        .. options.Attribution.Providers.OfType<SigmaProviderOptions>().SelectMany(static sigma => sigma.Rules).Select(rules => new OwnFiles(options.FullPath(rules), "*.y*ml", Below: true)),
    ];

    /// <summary>Loads the formats alone, in the order in which a later one replaces one of the same name: shipped, the pipeline's folders, folders of formats given by path.</summary>
    /// <param name="options">The pipeline.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="rules">Sigma rules whose fields scans must find; null for none.</param>
    /// <param name="onlyRead">Leave out shipped formats that no event of the pipeline's sources can have.</param>
    /// <returns>Null when there are problems.</returns>
    public static FormatCatalog? LoadFormats(PipelineOptions options, List<FormatProblem> problems, SigmaRuleSet? rules = null, bool onlyRead = false) =>
        FormatCatalog.Load(
            [ShippedFiles.Formats, .. OwnFormats(options)],
            problems, rules, onlyRead ? CanBeRead(options) : null, recognises: options.ReadSources.Any(static source => source.Value.Format == Auto));

    /// <summary>Folders of formats that are not shipped.</summary>
    private static IEnumerable<string> OwnFormats(PipelineOptions options) =>
        options.Formats.Select(options.FullPath).Concat(
            options.Sources.Select(static source => source.Value.Format).Where(IsPath).Select(format => Path.GetDirectoryName(options.FullPath(format))!).Distinct(StringComparer.Ordinal));

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

    /// <summary>Answers name techniques of the release that they were looked up in, and a release at a path may have changed: only with the same shipped one they still hold.</summary>
    private static AskedService ServiceOf(
        AttributionServiceOptions service, PipelineOptions options, AttackCatalogue catalogue, EnrichmentPlan? before, TimeProvider time, ILoggerFactory loggers)
    {
        var asked = Map(service);
        var release = options.Attribution.Catalogue;
        if (before is not null && before._options.Attribution.Catalogue == release && !ShippedData.IsReleasePath(release) && before._services.FirstOrDefault(known => known.Options == asked) is { } same)
        {
            return same;
        }

        var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        return new AskedService(asked, new ServiceProvider(asked, http, catalogue, time, loggers.CreateLogger<ServiceProvider>()), http);
    }

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

    /// <summary>An attribution service, with what is known of its answers.</summary>
    private sealed record AskedService(ServiceOptions Options, ServiceProvider Provider, HttpClient Http);
}
