namespace StreamEnricher.Cli.Configuration;

/// <summary>A TAXII 2.1 collection that a <c>stix</c> sink pushes to.</summary>
internal sealed record StixTaxii : StixTarget
{
    /// <summary>URL of the API root or of the discovery; empty turns the sink off.</summary>
    public string ApiRoot { get; init; } = "";

    /// <summary>Id, alias or title.</summary>
    public string Collection { get; init; } = "";

    /// <summary>User of basic authentication; empty for none.</summary>
    public string Username { get; init; } = "";

    /// <summary>Its password.</summary>
    public Secret Password { get; init; }

    /// <summary>Bearer token.</summary>
    public Secret Token { get; init; }

    /// <inheritdoc />
    public override bool HasAddress => ApiRoot.Length > 0;

    /// <inheritdoc />
    public override string Address => $"{SafeUrl.Show(ApiRoot)} {Collection}";
}

/// <summary>A Microsoft Sentinel workspace that a <c>stix</c> sink uploads to.</summary>
internal sealed record StixSentinel : StixTarget
{
    /// <summary>Workspace id; empty turns the sink off.</summary>
    public string Workspace { get; init; } = "";

    /// <summary>Entra tenant.</summary>
    public string Tenant { get; init; } = "";

    /// <summary>Application id.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Its secret.</summary>
    public Secret ClientSecret { get; init; }

    /// <summary>Name of the source in Sentinel; empty for the producer's.</summary>
    public string SourceSystem { get; init; } = "";

    /// <summary>Address of the upload API; empty for the public cloud's.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Address that tokens come from; empty for the public cloud's.</summary>
    public string Authority { get; init; } = "";

    /// <inheritdoc />
    public override bool HasAddress => Workspace.Length > 0;

    /// <inheritdoc />
    public override string Address => $"Sentinel workspace {Workspace}";
}
