using StreamEnricher.Cli.Configuration.Shapes;

namespace StreamEnricher.Cli.Configuration;

/// <summary>The keys of the servers that <c>stix</c> sinks write to.</summary>
internal static class StixTargetShapes
{
    /// <summary>A TAXII collection.</summary>
    public static Shape<StixTaxii> Taxii { get; } = new MapShape<StixTaxii>(
        new StixTaxii(),
        new Key<StixTaxii, string>("api_root", Scalars.Text, "URL of the API root, or of the discovery; empty turns the sink off.", (to, value) => to with { ApiRoot = value }, required: true),
        new Key<StixTaxii, string>("collection", Scalars.Text, "Id, alias or title of the collection.", (to, value) => to with { Collection = value }, required: true),
        new Key<StixTaxii, string>("username", Scalars.Text, "User of basic authentication.", (to, value) => to with { Username = value }),
        new Key<StixTaxii, Secret>("password", Scalars.Secret, "Password of the user.", (to, value) => to with { Password = value }),
        new Key<StixTaxii, Secret>("token", Scalars.Secret, "Bearer token, in place of a user.", (to, value) => to with { Token = value }));

    /// <summary>A Sentinel workspace.</summary>
    public static Shape<StixSentinel> Sentinel { get; } = new MapShape<StixSentinel>(
        new StixSentinel(),
        new Key<StixSentinel, string>("workspace", Scalars.Text, "Id of the Log Analytics workspace; empty turns the sink off.", (to, value) => to with { Workspace = value }, required: true),
        new Key<StixSentinel, string>("tenant", Scalars.Text, "Entra tenant: id or domain.", (to, value) => to with { Tenant = value }, required: true),
        new Key<StixSentinel, string>("client_id", Scalars.Text, "Application that has the role Microsoft Sentinel Contributor.", (to, value) => to with { ClientId = value }, required: true),
        new Key<StixSentinel, Secret>("client_secret", Scalars.Secret, "Secret of the application.", (to, value) => to with { ClientSecret = value }, required: true),
        new Key<StixSentinel, string>("source_system", Scalars.Text, "Source that Sentinel shows. Default: the producer's name.", (to, value) => to with { SourceSystem = value }),
        new Key<StixSentinel, string>("endpoint", Scalars.Text, "Address of the upload API. Default https://api.ti.sentinel.azure.com.", (to, value) => to with { Endpoint = value }),
        new Key<StixSentinel, string>("authority", Scalars.Text, "Address that tokens come from. Default https://login.microsoftonline.com.", (to, value) => to with { Authority = value }));
}
