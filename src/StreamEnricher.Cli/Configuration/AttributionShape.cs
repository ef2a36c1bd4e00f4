using StreamEnricher.Cli.Configuration.Shapes;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.Cli.Configuration;

/// <summary>The keys below <c>attribution</c>.</summary>
internal static class AttributionShape
{
    private static readonly Shape<AttributionServiceOptions> ServiceBatch = new MapShape<AttributionServiceOptions>(
        new AttributionServiceOptions(),
        new Key<AttributionServiceOptions, int>(
            "indicators", Scalars.Integer(1, 10_000), "Most indicators of one request. Default 256.", (to, value) => to with { BatchIndicators = value }),
        new Key<AttributionServiceOptions, TimeSpan>("linger", Scalars.Duration, "How long misses are gathered. Default 5ms.", (to, value) => to with { BatchLinger = value }));

    private static readonly Shape<ServiceCache> Cache = new MapShape<ServiceCache>(
        new ServiceCache(new AttributionServiceOptions()),
        new Key<ServiceCache, int>(
            "entries", Scalars.Integer(1, 100_000_000), "Answers kept. Default 200000.", (to, value) => new ServiceCache(to.Options with { CacheEntries = value })),
        new Key<ServiceCache, TimeSpan>(
            "time_to_live", Scalars.Duration, "How long an answer with techniques is kept. Default 10m.", (to, value) => new ServiceCache(to.Options with { TimeToLive = value })),
        new Key<ServiceCache, TimeSpan>(
            "negative_time_to_live", Scalars.Duration, "How long an answer without techniques is kept. Default 1m.", (to, value) => new ServiceCache(to.Options with { NegativeTimeToLive = value })),
        new Key<ServiceCache, bool>("redis", new IgnoredShape("answers are cached in this process only"), "Address of a Redis that processes share answers through.", (to, _) => to));

    private static readonly Shape<AttributionServiceOptions> Service = new MapShape<AttributionServiceOptions>(
        new AttributionServiceOptions(),
        new Key<AttributionServiceOptions, string>("url", Scalars.Text, "Base address; empty turns the provider off.", (to, value) => to with { Url = value }),
        new Key<AttributionServiceOptions, TimeSpan>("timeout", Scalars.Duration, "Time of one request. Default 5s.", (to, value) => to with { Timeout = value }),
        new Key<AttributionServiceOptions, string>(
            "on_failure", Scalars.Choice("degrade", "hold"), "When it cannot be asked: go on without (degrade, default), or wait (hold).", (to, value) => to with { HoldOnFailure = value == "hold" }),
        new Key<AttributionServiceOptions, AttributionServiceOptions>(
            "batch", ServiceBatch, "How look-ups are gathered.", (to, value) => to with { BatchIndicators = value.BatchIndicators, BatchLinger = value.BatchLinger }),
        new Key<AttributionServiceOptions, ServiceCache>(
            "cache",
            Cache,
            "How answers are kept.",
            (to, value) => to with { CacheEntries = value.Options.CacheEntries, TimeToLive = value.Options.TimeToLive, NegativeTimeToLive = value.Options.NegativeTimeToLive }));

    private static readonly Shape<ProviderOptions> Provider = new ProviderShape<ProviderOptions>(
        new Key<ProviderOptions?, DeclaredProviderOptions>("declared", new MapShape<DeclaredProviderOptions>(new DeclaredProviderOptions()), "Technique ids in the event.", (_, value) => value),
        new Key<ProviderOptions?, TablesProviderOptions>(
            "tables",
            new MapShape<TablesProviderOptions>(
                new TablesProviderOptions(),
                new Key<TablesProviderOptions, IReadOnlyList<string>>(
                    "files", new ListShape<string>(Scalars.Name, singleAllowed: true), "Shipped tables by name, or TSV paths.", (to, value) => to with { Files = value }, required: true)),
            "Signature, rule id and keyword tables.",
            (_, value) => value),
        new Key<ProviderOptions?, SigmaProviderOptions>(
            "sigma",
            new MapShape<SigmaProviderOptions>(
                new SigmaProviderOptions(),
                new Key<SigmaProviderOptions, IReadOnlyList<string>>(
                    "rules", new ListShape<string>(Scalars.Name, singleAllowed: true), "Folders, .tar.gz archives or files.", (to, value) => to with { Rules = value }, required: true),
                new Key<SigmaProviderOptions, string>(
                    "minimum_level", Scalars.Choice([.. SigmaLevels.Words]), "Lowest level of the rules that are used. Default low.", (to, value) => to with { MinimumLevel = value }),
                new Key<SigmaProviderOptions, string>(
                    "invalid_rules",
                    Scalars.Choice("skip", "refuse"),
                    "A rule that cannot be used is left out and reported (skip, default), or the pipeline does not start (refuse).",
                    (to, value) => to with { RefuseInvalidRules = value == "refuse" }),
                new Key<SigmaProviderOptions, string>(
                    "correlate",
                    Scalars.Choice("partition", "process"),
                    "Correlation rules look at each partition's events alone (partition, default), or at those of all that this process reads (process).",
                    (to, value) => to with { CorrelateAcrossPartitions = value == "process" }),
                new Key<SigmaProviderOptions, IReadOnlyDictionary<string, IReadOnlyList<string>>>(
                    "placeholders", new TextListsShape(), "Values for the modifier expand, by placeholder.", (to, value) => to with { Placeholders = value })),
            "Sigma rules.",
            (_, value) => value),
        new Key<ProviderOptions?, AttributionServiceOptions>("service", Service, "The HTTP attribution service.", (_, value) => value));

    /// <summary>The block.</summary>
    public static Shape<AttributionOptions> Root { get; } = new MapShape<AttributionOptions>(
        new AttributionOptions(),
        new Key<AttributionOptions, string>("catalogue", Scalars.Name, "ATT&CK release: 19, 18.1, or the path of a folder of the same shape or of MITRE's STIX bundle (.json). Default 19.", (to, value) => to with { Catalogue = value }),
        new Key<AttributionOptions, IReadOnlyList<ProviderOptions>>(
            "providers", new ListShape<ProviderOptions>(Provider), "Providers in the order in which they add evidence.", (to, value) => to with { Providers = value }));

    /// <summary>The cache block has a type of its own so that its keys do not mix with the request batch's.</summary>
    private sealed record ServiceCache(AttributionServiceOptions Options);
}
