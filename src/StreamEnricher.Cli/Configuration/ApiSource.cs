using System.Text.RegularExpressions;
using StreamEnricher.Cli.Configuration.Shapes;

namespace StreamEnricher.Cli.Configuration;

/// <summary>How posted events get from the API's topic into the pipeline.</summary>
internal static class ApiSource
{
    /// <summary>Name of the source entry that is added when no entry of the pipeline reads <c>api.topic</c>.</summary>
    public const string Name = "api";

    private const string RedisVariable = "REDIS_URL";
    private static readonly TimeSpan RegexTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The added entry, or null when nothing has to be added.</summary>
    /// <remarks>It is a pattern so that the pipeline starts without the topic too, and finds it once it is there.</remarks>
    public static KeyValuePair<string, SourceOptions>? Of(PipelineOptions options) =>
        options.Api?.Topic is { Length: > 0 } topic && !options.Sources.Any(source => source.Value.Topics.Any(pattern => Covers(pattern, topic)))
            ? KeyValuePair.Create(Name, new SourceOptions { Topics = [$"^{Regex.Escape(topic)}$"], Format = "auto" })
            : null;

    /// <summary>The name of the entry that reads <c>api.topic</c>: the first that covers it.</summary>
    /// <exception cref="InvalidOperationException">There is no such topic.</exception>
    public static string EntryOf(PipelineOptions options)
    {
        var topic = options.Api?.Topic ?? throw new InvalidOperationException("api.topic is not set");
        return options.ReadSources.First(source => source.Value.Topics.Any(pattern => Covers(pattern, topic))).Key;
    }

    /// <summary>The pattern or name stands for the topic. False also for what is no pattern, which the checks report.</summary>
    public static bool Covers(string pattern, string topic)
    {
        if (!pattern.StartsWith('^'))
        {
            return pattern == topic;
        }

        try
        {
            return Regex.IsMatch(topic, pattern, RegexOptions.CultureInvariant, RegexTimeout);
        }
        catch (Exception error) when (error is ArgumentException or RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>Takes <c>REDIS_URL</c> where the file does not say which Redis keeps recent events.</summary>
    public static PipelineOptions WithRedis(PipelineOptions options, ReadContext context, Func<string, string?> environment) =>
        options.Api is { } api && !context.IsSet("api.recent.redis") && environment(RedisVariable) is { Length: > 0 } address
            ? options with { Api = api with { Recent = api.Recent with { Redis = new Secret(address) } } }
            : options;
}
