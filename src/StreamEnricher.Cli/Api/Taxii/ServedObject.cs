namespace StreamEnricher.Cli.Api.Taxii;

/// <summary>A version of a STIX object that is served.</summary>
internal sealed class ServedObject
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Its type.</summary>
    public required string Type { get; init; }

    /// <summary>Version of STIX.</summary>
    public required string SpecVersion { get; init; }

    /// <summary>Its version as text: modified, else created, else when it was added.</summary>
    public required string VersionText { get; init; }

    /// <summary>The same as a moment, microseconds since 1970.</summary>
    public required long Version { get; init; }

    /// <summary>The object.</summary>
    public required byte[] Json { get; init; }

    /// <summary>When it was added, microseconds since 1970; no two have the same.</summary>
    public long Added { get; set; }

    /// <summary>It was taken out.</summary>
    public bool IsGone { get; set; }

    /// <summary>What it takes of the bound.</summary>
    public long Bytes => Json.Length + 400;
}
