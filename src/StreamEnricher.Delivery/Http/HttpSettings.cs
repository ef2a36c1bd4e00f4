namespace StreamEnricher.Delivery.Http;

/// <summary>How a sink's HTTP connections are made (pipeline: <c>tls</c> of a sink).</summary>
public sealed record HttpSettings
{
    /// <summary>PEM file of the authorities to trust in place of the system's; null: the system's.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>PEM file of the client certificate; null: none.</summary>
    public string? Certificate { get; init; }

    /// <summary>PEM file of its key.</summary>
    public string? Key { get; init; }

    /// <summary>Takes any certificate. For tests only; said loudly in the log.</summary>
    public bool InsecureSkipVerify { get; init; }

    /// <summary>How long a request may take, reply included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>An address as it may be shown: without user, password and query.</summary>
    internal static string WithoutSecrets(Uri url) => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
