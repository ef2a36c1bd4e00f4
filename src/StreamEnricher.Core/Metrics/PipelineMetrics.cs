using System.Diagnostics.Metrics;

namespace StreamEnricher.Core.Metrics;

/// <summary>The instruments of the meter StreamEnricher. Names are the contract's; Prometheus writes dots as underscores.</summary>
public sealed class PipelineMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "StreamEnricher";

    private readonly Meter _meter;

    /// <summary>Makes the instruments; one instance a process.</summary>
    /// <param name="meterName">Another name keeps what is counted out of the process's metrics: look-ups beside the pipeline must not count as its work.</param>
    public PipelineMetrics(string meterName = MeterName)
    {
        _meter = new Meter(meterName);
        SourceRecords = _meter.CreateCounter<long>("streamenricher.source.records", null, "Records read; source, topic.");
        SourceSkipped = _meter.CreateCounter<long>("streamenricher.source.skipped", null, "Records skipped without a dead letter; reason.");
        FormatMismatches = _meter.CreateCounter<long>("streamenricher.format.mismatches", null, "Events that their format does not fit or nothing recognises, mapped as generic; source.");
        UnmappedFields = _meter.CreateCounter<long>("streamenricher.unmapped_fields", null, "Fields without an ECS home, estimated from a sample of events; format, field.");
        SinkEvents = _meter.CreateCounter<long>("streamenricher.sink.events", null, "Items settled; sink, outcome = delivered, duplicate or rejected.");
        SinkBytes = _meter.CreateCounter<long>("streamenricher.sink.bytes", "By", "Body bytes sent, before compression; sink.");
        SinkRetries = _meter.CreateCounter<long>("streamenricher.sink.retries", null, "Items or requests sent again; sink, reason.");
        SinkRequests = _meter.CreateCounter<long>("streamenricher.sink.requests", null, "Requests; sink, code.");
        Expired = _meter.CreateCounter<long>("streamenricher.retention.expired", null, "Records that a topic had deleted before the sink took them; sink, topic.");
        DeadLetters = _meter.CreateCounter<long>("streamenricher.dead_letters", null, "Dead letters written; sink, reason.");
        Attributions = _meter.CreateCounter<long>("streamenricher.attribution", null, "Evidence found; provider, outcome.");
        AttributionCache = _meter.CreateCounter<long>("streamenricher.attribution.cache", null, "Look-ups in the attribution cache; outcome = hit, miss or stale.");
        AttributionDegraded = _meter.CreateCounter<long>("streamenricher.attribution.degraded", null, "Events whose attribution lacks a provider that could not be asked.");
        Reloads = _meter.CreateCounter<long>("streamenricher.reloads", null, "Times that the pipeline's files were read again; outcome = applied or refused.");
        BatchEvents = _meter.CreateHistogram<long>("streamenricher.batch.events", null, "Records in a batch.");
        EndToEnd = _meter.CreateHistogram<double>("streamenricher.end_to_end", "s", "Kafka timestamp to acknowledgement; sink.");
    }

    /// <summary>source, topic.</summary>
    public Counter<long> SourceRecords { get; }

    /// <summary>reason.</summary>
    public Counter<long> SourceSkipped { get; }

    /// <summary>source.</summary>
    public Counter<long> FormatMismatches { get; }

    /// <summary>format, field.</summary>
    public Counter<long> UnmappedFields { get; }

    /// <summary>sink, outcome.</summary>
    public Counter<long> SinkEvents { get; }

    /// <summary>sink.</summary>
    public Counter<long> SinkBytes { get; }

    /// <summary>sink, reason.</summary>
    public Counter<long> SinkRetries { get; }

    /// <summary>sink, code.</summary>
    public Counter<long> SinkRequests { get; }

    /// <summary>sink, topic.</summary>
    public Counter<long> Expired { get; }

    /// <summary>sink, reason.</summary>
    public Counter<long> DeadLetters { get; }

    /// <summary>provider, outcome.</summary>
    public Counter<long> Attributions { get; }

    /// <summary>outcome.</summary>
    public Counter<long> AttributionCache { get; }

    /// <summary>No tags.</summary>
    public Counter<long> AttributionDegraded { get; }

    /// <summary>outcome.</summary>
    public Counter<long> Reloads { get; }

    /// <summary>No tags.</summary>
    public Histogram<long> BatchEvents { get; }

    /// <summary>sink.</summary>
    public Histogram<double> EndToEnd { get; }

    /// <summary>Registers a gauge whose values are read when metrics are collected.</summary>
    public void Observe<T>(string name, string description, Func<IEnumerable<Measurement<T>>> read)
        where T : struct =>
        _meter.CreateObservableGauge(name, read, null, description);

    /// <summary>Registers a counter whose values are read when metrics are collected.</summary>
    public void Count<T>(string name, string description, Func<IEnumerable<Measurement<T>>> read)
        where T : struct =>
        _meter.CreateObservableCounter(name, read, null, description);

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}
