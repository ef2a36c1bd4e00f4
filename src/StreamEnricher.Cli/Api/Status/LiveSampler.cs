using System.Globalization;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Engine.Pipeline;

namespace StreamEnricher.Cli.Api.Status;

/// <summary>Makes samples of the instruments that /metrics shows and of the engine's own state. One caller at a time.</summary>
/// <remarks>Instruments are touched once a batch, so listening to them costs nothing an event.</remarks>
/// <param name="metrics">The run's instruments.</param>
/// <param name="status">The engine's state.</param>
/// <param name="time">Clock of rates.</param>
internal sealed class LiveSampler(PipelineMetrics metrics, Func<EngineStatus> status, TimeProvider time) : IDisposable
{
    private readonly CounterSums _sums = new(metrics);
    private LiveSample? _before;
    private long _looked;

    /// <summary>Looks now.</summary>
    public LiveSample Sample()
    {
        var now = time.GetTimestamp();
        var seconds = _before is null ? 0 : time.GetElapsedTime(_looked, now).TotalSeconds;
        _looked = now;
        _sums.ReadGauges();
        var engine = status();
        var topics = Topics(seconds);
        var records = topics.Sum(static topic => topic.Records);
        var memory = _sums.Gauge("streamenricher.memory.budget.bytes").ToDictionary(static one => one.First, static one => (long)one.Value);
        var cache = _sums.Counter(metrics.AttributionCache.Name).ToDictionary(static one => one.First, static one => one.Sum);
        _before = new LiveSample(
            time.GetUtcNow(),
            engine,
            records,
            Rate(records, _before?.Records ?? 0, seconds),
            topics,
            Partitions(),
            [.. engine.Sinks.Select(sink => Sink(sink.Name, seconds))],
            [.. _sums.Counter(metrics.DeadLetters.Name).Select(static one => new DeadLetterFigures(one.First, one.Second, one.Sum)).OrderByDescending(static one => one.Count)],
            new MemoryFigures(memory.GetValueOrDefault("used"), memory.GetValueOrDefault("limit")),
            new CacheFigures(cache.GetValueOrDefault("hit"), cache.GetValueOrDefault("miss"), cache.GetValueOrDefault("stale")));
        return _before;
    }

    /// <inheritdoc />
    public void Dispose() => _sums.Dispose();

    private static double Rate(long sum, long before, double seconds) => seconds > 0 ? Math.Round(Math.Max(0, sum - before) / seconds, 1) : 0;

    private List<TopicFigures> Topics(double seconds)
    {
        var lags = _sums.Gauge("streamenricher.source.lag_records").ToLookup(static lag => lag.First, static lag => (long)lag.Value);
        var records = _sums.Counter(metrics.SourceRecords.Name).ToLookup(static one => one.Second, static one => one.Sum);
        return [.. lags.Select(static one => one.Key).Union(records.Select(static one => one.Key)).Order(StringComparer.Ordinal).Select(topic =>
        {
            var read = records[topic].Sum();
            return new TopicFigures(topic, read, Rate(read, _before?.Topics.FirstOrDefault(one => one.Topic == topic)?.Records ?? 0, seconds), lags[topic].Sum());
        })];
    }

    private List<PartitionFigures> Partitions()
    {
        var ages = _sums.Gauge("streamenricher.watermark.age.seconds").ToDictionary(static one => (one.First, one.Second), static one => one.Value);
        var sinks = _sums.Gauge("streamenricher.sink.lag_records").ToLookup(static one => (one.Second, one.Third));
        return
        [
            .. _sums.Gauge("streamenricher.source.lag_records")
                .Select(one => new PartitionFigures(
                    one.First,
                    int.Parse(one.Second, CultureInfo.InvariantCulture),
                    (long)one.Value,
                    Math.Round(ages.GetValueOrDefault((one.First, one.Second)), 1),
                    sinks[(one.First, one.Second)].ToDictionary(static lag => lag.First, static lag => (long)lag.Value, StringComparer.Ordinal)))
                .OrderBy(static one => one.Topic, StringComparer.Ordinal).ThenBy(static one => one.Partition),
        ];
    }

    private SinkFigures Sink(string name, double seconds)
    {
        var outcomes = _sums.Counter(metrics.SinkEvents.Name).Where(one => one.First == name).ToDictionary(static one => one.Second, static one => one.Sum);
        var (delivered, duplicates) = (outcomes.GetValueOrDefault("delivered"), outcomes.GetValueOrDefault("duplicate"));
        var former = _before?.Sinks.FirstOrDefault(one => one.Sink == name);
        return new SinkFigures(
            name,
            delivered,
            duplicates,
            Rate(delivered + duplicates, (former?.Delivered ?? 0) + (former?.Duplicates ?? 0), seconds),
            _sums.Counter(metrics.SinkRetries.Name).Where(one => one.First == name).Sum(static one => one.Sum),
            _sums.Counter(metrics.SinkBytes.Name).Where(one => one.First == name).Sum(static one => one.Sum),
            Gauge("streamenricher.sink.lag_records", name),
            (int)Gauge("streamenricher.sink.concurrency", name));
    }

    private long Gauge(string gauge, string sink) => (long)_sums.Gauge(gauge).Where(one => one.First == sink).Sum(static one => one.Value);
}
