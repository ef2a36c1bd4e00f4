using StreamEnricher.Cli.Configuration.Shapes;

namespace StreamEnricher.Cli.Configuration;

/// <summary>The read-only TAXII 2.1 server of the API.</summary>
internal sealed record ApiTaxiiOptions
{
    /// <summary>Topic whose objects are served; empty for that of the pipeline's first <c>stix</c> sink that writes to one.</summary>
    public string Topic { get; init; } = "";

    /// <summary>What clients show.</summary>
    public string Title { get; init; } = "";

    /// <summary>User of basic authentication, beside bearer tokens; empty for none.</summary>
    public string Username { get; init; } = "";

    /// <summary>Its password.</summary>
    public Secret Password { get; init; }

    /// <summary>Bytes of objects that are served; the oldest make room.</summary>
    public long Bytes { get; init; } = Defaults.TaxiiBytes;

    /// <summary>The keys.</summary>
    public static Shape<ApiTaxiiOptions?> Shape { get; } = new SwitchShape<ApiTaxiiOptions?>(
        "off",
        new MapShape<ApiTaxiiOptions?>(
            new ApiTaxiiOptions(),
            new Key<ApiTaxiiOptions?, string>("topic", Scalars.Text, "Topic of STIX objects. Default: that of the pipeline's first stix sink.", (to, value) => to! with { Topic = value }),
            new Key<ApiTaxiiOptions?, string>("title", Scalars.Text, "What clients show. Default: the pipeline's name.", (to, value) => to! with { Title = value }),
            new Key<ApiTaxiiOptions?, string>("username", Scalars.Text, "User of basic authentication, for clients that know no bearer tokens.", (to, value) => to! with { Username = value }),
            new Key<ApiTaxiiOptions?, Secret>("password", Scalars.Secret, "Password of the user, at least 12 characters.", (to, value) => to! with { Password = value }),
            new Key<ApiTaxiiOptions?, long>("bytes", Scalars.Size, "Bytes of objects that are served; the oldest make room. Default 64MiB.", (to, value) => to! with { Bytes = value })),
        () => null);

    /// <summary>The topic that is served; null when there is none.</summary>
    public string? TopicOf(PipelineOptions pipeline) =>
        Topic.Length > 0 ? Topic : pipeline.ActiveSinks.Select(static sink => (sink.Value.Kind as StixOptions)?.To).OfType<StixTopic>().FirstOrDefault()?.Topic;
}
