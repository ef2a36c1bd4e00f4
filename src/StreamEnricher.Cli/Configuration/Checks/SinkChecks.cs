using System.Text;
using System.Text.RegularExpressions;
using StreamEnricher.Cli.Configuration.Shapes;
using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.Cli.Configuration.Checks;

/// <summary>Checks of the sinks.</summary>
internal static partial class SinkChecks
{
    private const int MaxStreamBytes = 255;
    private const int MaxPartLength = 100;
    private static readonly TimeSpan MostLinger = TimeSpan.FromSeconds(30);

    /// <summary>Reports everything that is wrong.</summary>
    public static void Run(PipelineOptions options, ReadContext context)
    {
        foreach (var (name, sink) in options.Sinks)
        {
            Check($"sinks.{name}", name, sink, context);
            if (sink.Kind is StixOptions stix)
            {
                StixAggregationChecks.Run($"sinks.{name}", name, stix, options, context);
            }
        }

        if (!context.Failed && options.ActiveSinks.Count == 0)
        {
            context.Error("sinks", "no sink is on", "give at least one of them an address");
        }
    }

    private static void Check(string path, string name, SinkOptions sink, ReadContext context)
    {
        switch (sink.Kind)
        {
            case ElasticsearchOptions elastic:
                CheckUrls($"{path}.elasticsearch.url", name, elastic.Urls, context);
                CheckStream($"{path}.elasticsearch.data_stream", elastic.DataStream, context);
                CheckCredentials($"{path}.elasticsearch", elastic, context);
                break;
            case SplunkOptions splunk:
                CheckUrls($"{path}.splunk_hec.url", name, splunk.Urls, context);
                CheckSplunk($"{path}.splunk_hec", splunk, context);
                break;
            case FileSinkOptions { HasAddress: false }:
                context.Warn($"{path}.file.directory", $"the sink {name} is off: its directory is empty");
                break;
            case StixOptions { To: StixFiles { HasAddress: false } }:
                context.Warn($"{path}.stix.to.file.directory", $"the sink {name} is off: its directory is empty");
                break;
            case StixOptions { To: StixTaxii or StixSentinel } stix:
                StixTargetChecks.Run(path, name, stix, context);
                break;
            case KafkaSinkOptions or StixOptions { To: StixTopic } when context.IsSet($"{path}.tls"):
                context.Error($"{path}.tls", $"{path}.tls has no effect on a Kafka topic", "set ssl.* under kafka.properties");
                break;
            default:
                break;
        }

        if (sink.When is { } when && Condition.Parse(when, out var errors) is null)
        {
            foreach (var error in errors)
            {
                context.ErrorWithin(when, error.Line, error.Column, $"{path}.when: {error.Message}");
            }
        }

        if (sink.Kind is KafkaSinkOptions or StixOptions { To: StixTopic or StixFiles } or FileSinkOptions && context.IsSet($"{path}.batch"))
        {
            context.Error($"{path}.batch", $"{path}.batch has no effect on {sink.Kind.Name}", "it is for sinks that send requests; leave it out");
        }

        if (sink.BatchLinger > TimeSpan.Zero && sink.Kind is not (ElasticsearchOptions or SplunkOptions))
        {
            context.Error($"{path}.batch.linger", $"{path}.batch.linger has no effect on {sink.Kind?.Name}", "it is for elasticsearch and splunk_hec; leave it out");
        }

        if (sink.BatchLinger > MostLinger)
        {
            context.Error($"{path}.batch.linger", $"{path}.batch.linger is longer than {MostLinger.TotalSeconds:0}s: events wait in memory meanwhile", $"{MostLinger.TotalSeconds:0}s or less");
        }

        if (sink.Tls.Certificate is null != sink.Tls.Key is null)
        {
            context.Error($"{path}.tls", $"{path}.tls needs both certificate and key, or neither");
        }

        if (sink.Tls.InsecureSkipVerify)
        {
            context.Warn($"{path}.tls.insecure_skip_verify", $"the sink {name} takes any certificate: anyone on the way can read and change its events");
        }
    }

    private static void CheckUrls(string path, string name, IReadOnlyList<string> urls, ReadContext context)
    {
        if (urls.Count == 0 && context.IsSet(path))
        {
            context.Warn(path, $"the sink {name} is off: its url is empty");
        }

        foreach (var url in urls.Where(url => !UrlChecks.IsHttp(url)))
        {
            context.Error(path, $"{SafeUrl.Show(url)} is no http or https address", url.Contains("://", StringComparison.Ordinal) ? null : $"http://{url}");
        }
    }

    private static void CheckCredentials(string path, ElasticsearchOptions elastic, ReadContext context)
    {
        if (!elastic.ApiKey.IsEmpty && elastic.Username.Length > 0)
        {
            context.Error($"{path}.api_key", $"{path} has both an api_key and a username", "one of them; unset the other's environment variable");
        }
        else if (elastic.Username.Length > 0 == elastic.Password.IsEmpty)
        {
            context.Error($"{path}.username", $"{path} needs both username and password, or neither");
        }
    }

    private static void CheckStream(string path, string stream, ReadContext context)
    {
        var parts = stream.Split('-');
        var wrong = parts.Length != 3 || parts.Any(part => part.Length == 0) ? "must be {type}-{dataset}-{namespace}, with no other -"
            : parts[0] is not ("logs" or "metrics") ? "must start with logs- or metrics-"
            : parts.Any(part => part.Length > MaxPartLength) || Encoding.UTF8.GetByteCount(stream) > MaxStreamBytes ? "is too long: 100 characters a part, 255 bytes in all"
            : !StreamName().IsMatch(stream) ? "may hold no upper case letters, no spaces and none of \\ / * ? \" < > | , # :"
            : null;
        if (wrong is not null)
        {
            context.Error(path, $"the data stream {stream} {wrong}", "such as logs-streamenricher.detections-default");
        }
    }

    private static void CheckSplunk(string path, SplunkOptions splunk, ReadContext context)
    {
        if (splunk.HasAddress && splunk.Token.IsEmpty)
        {
            context.Error($"{path}.token", $"{path}.token is empty", "set SPLUNK_TOKEN or write token");
        }

        if (!IndexName().IsMatch(splunk.Index) || splunk.Index.Contains("kvstore", StringComparison.Ordinal))
        {
            context.Error($"{path}.index", $"{splunk.Index} is no name of a Splunk index", "a-z, 0-9, _ and -, starting with a letter or digit");
        }

        if (!Sourcetype().IsMatch(splunk.Sourcetype))
        {
            context.Error($"{path}.sourcetype", $"{splunk.Sourcetype} is no Splunk source type", "letters, digits, : . _ and -");
        }
    }

    [GeneratedRegex("""^[^\\/*?"<>|,#:\sA-Z]+$""")]
    private static partial Regex StreamName();

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]*$")]
    private static partial Regex IndexName();

    [GeneratedRegex("^[A-Za-z0-9:._-]+$")]
    private static partial Regex Sourcetype();
}
