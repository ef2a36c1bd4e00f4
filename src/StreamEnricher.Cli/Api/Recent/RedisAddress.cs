using System.Globalization;
using StackExchange.Redis;

namespace StreamEnricher.Cli.Api.Recent;

/// <summary>Reads the address of a Redis as operators write it: <c>redis://[user:password@]host[:port][/database]</c>, <c>rediss://</c> for TLS, or <c>host:port</c>.</summary>
internal static class RedisAddress
{
    private const int DefaultPort = 6379;
    private const int Patience = 1000;

    /// <summary>How to connect, or null when it is no address.</summary>
    public static ConfigurationOptions? TryParse(string address)
    {
        var text = address.Contains("://", StringComparison.Ordinal) ? address : "redis://" + address;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
        {
            return null;
        }

        var path = uri.AbsolutePath.Trim('/');
        if (path.Length > 0 && !int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return null;
        }

        var options = new ConfigurationOptions
        {
            EndPoints = { { uri.Host.Trim('[', ']'), uri.Port > 0 ? uri.Port : DefaultPort } },
            Ssl = uri.Scheme == "rediss",
            DefaultDatabase = path.Length > 0 ? int.Parse(path, CultureInfo.InvariantCulture) : 0,
            AbortOnConnectFail = false,
            ConnectTimeout = Patience,
            AsyncTimeout = Patience,
            SyncTimeout = Patience,
            BacklogPolicy = BacklogPolicy.FailFast,
            ClientName = "streamenricher",
        };
        if (uri.UserInfo.Length > 0)
        {
            var parts = uri.UserInfo.Split(':', 2);
            options.User = parts.Length == 2 && parts[0].Length > 0 ? Uri.UnescapeDataString(parts[0]) : null;
            options.Password = Uri.UnescapeDataString(parts[^1]);
        }

        return options;
    }
}
