using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using StreamEnricher.Core.Metrics;

namespace StreamEnricher.Cli.Api.Status;

/// <summary>Sums of the pipeline's counters and values of its gauges, by their tags in the order of the contract.</summary>
internal sealed class CounterSums : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Instrument, string First, string Second), long> _counts = new();
    private readonly Dictionary<(string Instrument, string First, string Second, string Third), double> _gauges = [];

    /// <param name="metrics">The run's instruments.</param>
    public CounterSums(PipelineMetrics metrics)
    {
        Instrument[] counters = [metrics.SourceRecords, metrics.SinkEvents, metrics.SinkBytes, metrics.SinkRetries, metrics.DeadLetters, metrics.AttributionCache];
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, metrics.SourceRecords.Meter) && (instrument.IsObservable || counters.Contains(instrument)))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => NoteGauge(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Reads all gauges anew. One caller at a time.</summary>
    public void ReadGauges()
    {
        _gauges.Clear();
        _listener.RecordObservableInstruments();
    }

    /// <summary>The sums of a counter, with the values of its first two tags.</summary>
    public IReadOnlyList<(string First, string Second, long Sum)> Counter(string name) =>
        [.. _counts.Where(one => one.Key.Instrument == name).Select(static one => (one.Key.First, one.Key.Second, one.Value))];

    /// <summary>The values of a gauge as <see cref="ReadGauges"/> found them, with the values of its tags; empty texts for those that it has not.</summary>
    public IReadOnlyList<(string First, string Second, string Third, double Value)> Gauge(string name) =>
        [.. _gauges.Where(one => one.Key.Instrument == name).Select(static one => (one.Key.First, one.Key.Second, one.Key.Third, one.Value))];

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private static string Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, int index) =>
        index < tags.Length ? Convert.ToString(tags[index].Value, CultureInfo.InvariantCulture) ?? "" : "";

    private void NoteGauge(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _gauges[(instrument.Name, Tag(tags, 0), Tag(tags, 1), Tag(tags, 2))] = value;

    private void Note(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (instrument.IsObservable)
        {
            NoteGauge(instrument, value, tags);
        }
        else
        {
            _counts.AddOrUpdate((instrument.Name, Tag(tags, 0), Tag(tags, 1)), static (_, added) => added, static (_, sum, added) => sum + added, value);
        }
    }
}
