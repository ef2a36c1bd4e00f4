using StreamEnricher.Cli.Configuration;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Splunk;
using StreamEnricher.Engine.Pipeline;
using ElasticsearchSinkOptions = StreamEnricher.Delivery.Elasticsearch.ElasticsearchOptions;

namespace StreamEnricher.Cli.Composition;

/// <summary>The pipeline's HTTP sinks as their clients want them.</summary>
internal static class HttpSinkMapping
{
    private const int WaitingForAcknowledgement = 8;

    /// <summary>An Elasticsearch or OpenSearch sink.</summary>
    public static ElasticsearchSinkOptions Elasticsearch(string name, SinkOptions sink, ElasticsearchOptions elastic, PipelineOptions pipeline)
    {
        var options = new ElasticsearchSinkOptions
        {
            Name = name,
            Urls = [.. elastic.Urls.Select(url => new Uri(url))],
            ApiKey = elastic.ApiKey.Reveal(),
            Username = elastic.Username.Length == 0 ? null : elastic.Username,
            Password = elastic.Password.Reveal(),
            DataStream = elastic.DataStream,
            Compression = elastic.Gzip ? BodyCompression.Gzip : BodyCompression.None,
            MaxItemBytes = Bytes(sink),
            MaxConcurrency = sink.MaxConcurrency,
            RateLimit = sink.RateLimit,
            Http = Http(sink, pipeline),
        };
        return options with { MaxRequestItems = Items(sink, options.MaxRequestItems), MaxRequestBytes = Bytes(sink, options.MaxRequestBytes) };
    }

    /// <summary>A Splunk sink.</summary>
    public static SplunkHecOptions Splunk(string name, SinkOptions sink, SplunkOptions splunk, PipelineOptions pipeline)
    {
        var options = new SplunkHecOptions
        {
            Name = name,
            Urls = [.. splunk.Urls.Select(url => new Uri(url))],
            Token = splunk.Token.Reveal()!,
            Compression = splunk.Gzip ? BodyCompression.Gzip : BodyCompression.None,
            Acknowledgement = splunk.Acknowledgement
                ? new AcknowledgementOptions { Timeout = splunk.AcknowledgementTimeout, PollInterval = splunk.AcknowledgementInterval }
                : null,
            MaxItemBytes = Bytes(sink),
            MaxConcurrency = sink.MaxConcurrency,
            RateLimit = sink.RateLimit,
            Http = Http(sink, pipeline),
        };
        return options with { MaxRequestItems = Items(sink, options.MaxRequestItems), MaxRequestBytes = Bytes(sink, options.MaxRequestBytes) };
    }

    /// <summary>Batches that a sink has in hand at a time: requests are limited by the sink, and those that wait for an acknowledgement are none.</summary>
    public static int Workers(SinkOptions sink) => sink.Kind is SplunkOptions { Acknowledgement: true } ? sink.MaxConcurrency * WaitingForAcknowledgement : sink.MaxConcurrency;

    /// <summary>How small batches of a sink become one request, up to the size of its requests; null for each by itself.</summary>
    public static GatherOptions? Gather(SinkOptions sink)
    {
        var (items, bytes) = sink.Kind is SplunkOptions
            ? (SplunkHecOptions.DefaultRequestItems, SplunkHecOptions.DefaultRequestBytes)
            : (ElasticsearchSinkOptions.DefaultRequestItems, ElasticsearchSinkOptions.DefaultRequestBytes);
        return sink.Kind is ElasticsearchOptions or SplunkOptions && sink.BatchLinger > TimeSpan.Zero ? new GatherOptions { Linger = sink.BatchLinger, Events = Items(sink, items), Bytes = Bytes(sink, bytes) } : null;
    }

    private static int Items(SinkOptions sink, int usual)
    {
        var items = sink.BatchEvents ?? usual;
        return sink.RateLimit?.CapItems(items) ?? items;
    }

    private static int Bytes(SinkOptions sink, int usual)
    {
        var bytes = Bytes(sink) ?? usual;
        return sink.RateLimit?.CapBytes(bytes) ?? bytes;
    }

    /// <summary>Most bytes of a request; null when the pipeline does not say.</summary>
    public static int? Bytes(SinkOptions sink) => sink.BatchBytes is { } bytes ? (int)Math.Min(int.MaxValue, bytes) : null;

    /// <summary>Connections of a sink.</summary>
    public static HttpSettings Http(SinkOptions sink, PipelineOptions pipeline) => new()
    {
        CertificateAuthority = Path(sink.Tls.Ca, pipeline),
        Certificate = Path(sink.Tls.Certificate, pipeline),
        Key = Path(sink.Tls.Key, pipeline),
        InsecureSkipVerify = sink.Tls.InsecureSkipVerify,
    };

    private static string? Path(string? path, PipelineOptions pipeline) => path is null ? null : pipeline.FullPath(path);
}
