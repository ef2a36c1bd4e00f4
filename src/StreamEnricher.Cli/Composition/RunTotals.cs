using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using StreamEnricher.Core.Metrics;

namespace StreamEnricher.Cli.Composition;

/// <summary>What a run has done so far, by sink: read from the same instruments that /metrics shows.</summary>
internal sealed class RunTotals : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Sink, string Outcome), long> _events = new();
    private long _records;
    private long _deadLetters;

    /// <param name="metrics">The run's instruments.</param>
    public RunTotals(PipelineMetrics metrics)
    {
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(metrics, instrument, value, tags));
        _listener.EnableMeasurementEvents(metrics.SourceRecords);
        _listener.EnableMeasurementEvents(metrics.SinkEvents);
        _listener.EnableMeasurementEvents(metrics.DeadLetters);
        _listener.Start();
    }

    /// <summary>Records read.</summary>
    public long Records => Interlocked.Read(ref _records);

    /// <summary>Dead letters written.</summary>
    public long DeadLetters => Interlocked.Read(ref _deadLetters);

    /// <summary>Items of a sink with an outcome: delivered, duplicate or rejected.</summary>
    public long Of(string sink, string outcome) => _events.GetValueOrDefault((sink, outcome));

    /// <inheritdoc />
    public void Dispose() => _listener.Dispose();

    private void Count(PipelineMetrics metrics, Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (ReferenceEquals(instrument, metrics.SourceRecords))
        {
            Interlocked.Add(ref _records, value);
        }
        else if (ReferenceEquals(instrument, metrics.DeadLetters))
        {
            Interlocked.Add(ref _deadLetters, value);
        }
        else
        {
            _events.AddOrUpdate((Tag(tags, "sink"), Tag(tags, "outcome")), value, (_, sum) => sum + value);
        }
    }

    private static string Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var tag in tags)
        {
            if (tag.Key == name)
            {
                return tag.Value as string ?? "";
            }
        }

        return "";
    }
}
