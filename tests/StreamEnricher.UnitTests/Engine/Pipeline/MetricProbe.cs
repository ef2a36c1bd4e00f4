using System.Diagnostics.Metrics;
using StreamEnricher.Core.Metrics;

namespace StreamEnricher.UnitTests.Engine.Pipeline;

/// <summary>Listens to the instruments of one <see cref="PipelineMetrics"/>.</summary>
internal sealed class MetricProbe : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _gate = new();
    private readonly List<(string Name, double Value, Dictionary<string, object?> Tags)> _seen = [];

    public MetricProbe(PipelineMetrics metrics)
    {
        // Other tests have meters of the same name: take this one's only.
        var meter = metrics.SinkEvents.Meter;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _listener.Start();
    }

    /// <summary>All values of an instrument with these tags.</summary>
    public IReadOnlyList<double> Values(string name, params (string Key, object Value)[] tags)
    {
        lock (_gate)
        {
            return [.. _seen.Where(one => one.Name == name && tags.All(tag => Equals(one.Tags.GetValueOrDefault(tag.Key), tag.Value))).Select(static one => one.Value)];
        }
    }

    /// <summary>Their sum.</summary>
    public double Sum(string name, params (string Key, object Value)[] tags) => Values(name, tags).Sum();

    /// <summary>Reads a gauge now.</summary>
    public double Gauge(string name, params (string Key, object Value)[] tags)
    {
        lock (_gate)
        {
            _seen.RemoveAll(one => one.Name == name);
        }

        _listener.RecordObservableInstruments();
        return Assert.Single(Values(name, tags));
    }

    public void Dispose() => _listener.Dispose();

    private void Add(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var copy = new Dictionary<string, object?>(tags.ToArray());
        lock (_gate)
        {
            _seen.Add((name, value, copy));
        }
    }
}
