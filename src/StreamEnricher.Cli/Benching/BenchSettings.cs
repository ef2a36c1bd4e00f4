namespace StreamEnricher.Cli.Benching;

/// <summary>Where the sinks of a bench deliver to.</summary>
internal enum BenchSinks
{
    /// <summary>Nowhere: each sink's bytes are made and thrown away.</summary>
    Null,

    /// <summary>Elasticsearch and Splunk sinks to a receiver inside the process, by HTTP on the loopback interface; all others nowhere.</summary>
    Http,

    /// <summary>Where the pipeline says.</summary>
    Pipeline,
}

/// <summary>How a bench runs.</summary>
internal sealed record BenchSettings
{
    /// <summary>Where the sinks deliver to.</summary>
    public BenchSinks Sinks { get; init; } = BenchSinks.Http;

    /// <summary>How long is measured.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it runs before that: code is optimised and caches fill.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Events a second whatever the pipeline does; null for as many as it takes.</summary>
    public double? Rate { get; init; }

    /// <summary>Partitions of each topic.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>How long the receiver thinks before it answers.</summary>
    public TimeSpan ReplyDelay { get; init; }

    /// <summary>Bytes a second that the receiver gets through; null for no limit.</summary>
    public double? Link { get; init; }

    /// <summary>The events go through the pipeline's broker.</summary>
    public bool Kafka { get; init; }

    /// <summary>Events written to the broker before an unpaced run through it begins.</summary>
    public int KafkaEvents { get; init; } = 500_000;
}
