using System.Diagnostics.Metrics;
using StreamEnricher.Core.Metrics;

namespace StreamEnricher.Testing.Delivery;

/// <summary>Sums what sinks count, by instrument and the tag that tells its kinds apart.</summary>
public sealed class SinkCounters : IDisposable
{
    private readonly Dictionary<string, long> _sums = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    /// <summary>Listens to a new set of instruments.</summary>
    public SinkCounters()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument, Metrics.SinkEvents) || ReferenceEquals(instrument, Metrics.SinkRetries) || ReferenceEquals(instrument, Metrics.SinkRequests))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, count, tags, _) => Add(instrument, count, tags));
        _listener.Start();
    }

    /// <summary>The instruments.</summary>
    public PipelineMetrics Metrics { get; } = new();

    /// <summary>Items settled with an outcome: delivered, duplicate or rejected.</summary>
    public long Events(string outcome) => Sum(Metrics.SinkEvents, outcome);

    /// <summary>Items or requests sent again for a reason.</summary>
    public long Retries(string reason) => Sum(Metrics.SinkRetries, reason);

    /// <summary>Requests answered by a code.</summary>
    public long Requests(string code) => Sum(Metrics.SinkRequests, code);

    /// <inheritdoc />
    public void Dispose()
    {
        _listener.Dispose();
        Metrics.Dispose();
    }

    private static string Key(Instrument instrument, object? kind) => $"{instrument.Name}:{kind}";

    private void Add(Instrument instrument, long count, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
        {
            if (name != "sink")
            {
                lock (_sums)
                {
                    _sums[Key(instrument, value)] = _sums.GetValueOrDefault(Key(instrument, value)) + count;
                }
            }
        }
    }

    private long Sum(Instrument instrument, string kind)
    {
        lock (_sums)
        {
            return _sums.GetValueOrDefault(Key(instrument, kind));
        }
    }
}
