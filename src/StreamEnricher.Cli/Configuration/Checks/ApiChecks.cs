using System.Text;
using StreamEnricher.Cli.Api.Recent;
using StreamEnricher.Cli.Api.Security;
using StreamEnricher.Cli.Configuration.Shapes;

namespace StreamEnricher.Cli.Configuration.Checks;

/// <summary>Checks of <c>api</c>.</summary>
internal static class ApiChecks
{
    private const long LeastBody = 1 << 10;
    private const long MostBody = 64 << 20;

    /// <summary>Reports everything that is wrong.</summary>
    public static void Run(PipelineOptions options, ReadContext context)
    {
        if (options.Api is not { } api)
        {
            return;
        }

        if (!PipelineChecks.HostAndPort().IsMatch(api.Listen))
        {
            context.Error("api.listen", $"{api.Listen} is not address:port", "such as 127.0.0.1:8080, or 0.0.0.0:8080 for all interfaces");
        }

        if (api.Topic is { Length: > 0 } topic)
        {
            PipelineChecks.CheckTopicName("api.topic", topic, context);
            if (ApiSource.Of(options) is not null && options.Sources.Any(source => source.Key == ApiSource.Name))
            {
                context.Error("api.topic", $"the source {ApiSource.Name} does not read {topic}", "add the topic to that source, or give the source another name: one of this name is added for api.topic");
            }
        }

        CheckKeys(options, api.Jwt, context);
        ApiTaxiiChecks.Run(options, api, context);
        foreach (var origin in api.Cors.Where(origin => !IsOrigin(origin)))
        {
            context.Error("api.cors", $"{origin} is no origin", "scheme://host or scheme://host:port, without a path; name each");
        }

        if (api.Limits.Body is < LeastBody or > MostBody)
        {
            context.Error("api.limits.body", "api.limits.body must be from 1KiB to 64MiB");
        }

        if (api.Recent.Redis.Reveal() is { } redis && RedisAddress.TryParse(redis) is null)
        {
            context.Error("api.recent.redis", "the address of Redis must be redis://[user:password@]host:port[/database] or rediss://… for TLS", "check REDIS_URL");
        }
    }

    private static void CheckKeys(PipelineOptions options, JwtOptions jwt, ReadContext context)
    {
        if (jwt.Secret.Reveal() is { } secret && Encoding.UTF8.GetByteCount(secret) < JwtKeys.LeastSecretBytes)
        {
            context.Error("api.jwt.secret", $"api.jwt.secret is shorter than the {JwtKeys.LeastSecretBytes} bytes that HS256 needs", "make one with: openssl rand -base64 48");
        }

        foreach (var (key, path) in new[] { ("public_key", jwt.PublicKey), ("jwks", jwt.Jwks) }.Where(file => file.Item2.Length > 0))
        {
            var problem = key == "jwks" ? JwksFile.Check(options.FullPath(path)) : JwtKeys.CheckPublicKey(options.FullPath(path));
            if (problem is not null)
            {
                context.Error($"api.jwt.{key}", $"{path} cannot be used: {problem}");
            }
        }
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == text && uri.UserInfo.Length == 0;
}
