namespace StreamEnricher.Cli.Configuration;

/// <summary>Addresses without what must not be shown.</summary>
internal static class SafeUrl
{
    /// <summary>The address without user and password.</summary>
    public static string Show(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0 ? url.Replace(uri.UserInfo + "@", "***@", StringComparison.Ordinal) : url;
}
