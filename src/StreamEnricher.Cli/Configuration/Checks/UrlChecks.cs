namespace StreamEnricher.Cli.Configuration.Checks;

/// <summary>Checks of addresses.</summary>
internal static class UrlChecks
{
    /// <summary>An absolute http or https address with a host.</summary>
    public static bool IsHttp(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0;
}
