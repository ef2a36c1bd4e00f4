namespace StreamEnricher.Cli.Hosting;

/// <summary>What the listener says.</summary>
internal static partial class Log
{
    [LoggerMessage(
        EventId = 1011,
        Level = LogLevel.Warning,
        Message = "The API has no key to check tokens with: only /metrics, /health, /openapi/v1.json and the dashboard's empty page are served. Set api.jwt (secret, public_key or jwks) for the rest.")]
    public static partial void NoKey(ILogger logger);
}
