namespace StreamEnricher.Cli.Configuration;

/// <summary>How techniques are found.</summary>
internal sealed record AttributionOptions
{
    /// <summary>ATT&amp;CK release.</summary>
    public string Catalogue { get; init; } = Defaults.Catalogue;

    /// <summary>Providers in the order in which they add evidence. The declared one alone when nothing is written.</summary>
    public IReadOnlyList<ProviderOptions> Providers { get; init; } = [new DeclaredProviderOptions()];
}

/// <summary>One provider of evidence.</summary>
internal abstract record ProviderOptions;

/// <summary>Technique ids that the event itself states.</summary>
internal sealed record DeclaredProviderOptions : ProviderOptions;

/// <summary>Signature, rule id and keyword tables.</summary>
internal sealed record TablesProviderOptions : ProviderOptions
{
    /// <summary>Names of shipped tables, or paths of TSV files.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];
}

/// <summary>Sigma rules.</summary>
internal sealed record SigmaProviderOptions : ProviderOptions
{
    /// <summary>Folders, .tar.gz archives or files.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Lowest level of the rules that are used.</summary>
    public string MinimumLevel { get; init; } = Defaults.SigmaMinimumLevel;

    /// <summary>A rule that cannot be used stops the run; otherwise it is left out and reported.</summary>
    public bool RefuseInvalidRules { get; init; }

    /// <summary>Correlations look at the events of all partitions that a process reads together, instead of each partition's alone.</summary>
    public bool CorrelateAcrossPartitions { get; init; }

    /// <summary>Values of placeholders such as %Administrators%, by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Placeholders { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}

/// <summary>The HTTP attribution service.</summary>
internal sealed record AttributionServiceOptions : ProviderOptions
{
    /// <summary>Base address; empty turns the provider off.</summary>
    public string Url { get; init; } = Defaults.ServiceUrl;

    /// <summary>One request's time.</summary>
    public TimeSpan Timeout { get; init; } = Defaults.ServiceTimeout;

    /// <summary>When it cannot be asked: wait for it (hold), or go on without (degrade).</summary>
    public bool HoldOnFailure { get; init; }

    /// <summary>Most indicators of one request.</summary>
    public int BatchIndicators { get; init; } = Defaults.ServiceBatchIndicators;

    /// <summary>How long misses are gathered.</summary>
    public TimeSpan BatchLinger { get; init; } = Defaults.ServiceBatchLinger;

    /// <summary>Answers kept.</summary>
    public int CacheEntries { get; init; } = Defaults.ServiceCacheEntries;

    /// <summary>How long an answer with techniques is kept.</summary>
    public TimeSpan TimeToLive { get; init; } = Defaults.ServiceTimeToLive;

    /// <summary>How long an answer without techniques is kept.</summary>
    public TimeSpan NegativeTimeToLive { get; init; } = Defaults.ServiceNegativeTimeToLive;
}
