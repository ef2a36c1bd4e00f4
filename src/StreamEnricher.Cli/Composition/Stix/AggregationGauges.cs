using System.Diagnostics.Metrics;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Intelligence;

namespace StreamEnricher.Cli.Composition.Stix;

/// <summary>Metrics of sinks that aggregate, read when metrics are collected.</summary>
internal static class AggregationGauges
{
    /// <summary>Registers them for as long as the meter lives.</summary>
    public static void Register(PipelineMetrics metrics, IReadOnlyList<AggregatingSink> sinks)
    {
        if (sinks.Count == 0)
        {
            return;
        }

        metrics.Observe("streamenricher.stix.windows", "Open windows; sink.", () => Of(sinks, static sink => sink.Open));
        metrics.Observe("streamenricher.stix.indicators", "Known indicators; sink.", () => Of(sinks, static sink => sink.Known));
        metrics.Observe("streamenricher.stix.state.bytes", "Memory of known indicators and open windows; sink.", () => Of(sinks, static sink => sink.Bytes));
        metrics.Count("streamenricher.stix.observations", "Values counted; sink, outcome = counted, replayed (counted before), late (in a further part of their window) or clock_bounded.", () => sinks.SelectMany(
            static sink => Of(sink, "outcome", ("counted", one => one.Observed), ("replayed", one => one.Replayed), ("late", one => one.Late), ("clock_bounded", one => one.ClockBounded))));
        metrics.Count("streamenricher.stix.relieved", "What was done to stay within the memory of the state; sink, how = merged, closed_early (windows) or forgotten (indicators).", () => sinks.SelectMany(
            static sink => Of(sink, "how", ("merged", one => one.Merged), ("closed_early", one => one.ClosedEarly), ("forgotten", one => one.Forgotten))));
    }

    private static IEnumerable<Measurement<long>> Of(IReadOnlyList<AggregatingSink> sinks, Func<ObservationAggregator, long> read) =>
        sinks.Select(sink => new Measurement<long>(read(sink.Aggregator), new KeyValuePair<string, object?>("sink", sink.Name)));

    private static IEnumerable<Measurement<long>> Of(AggregatingSink sink, string tag, params (string Value, Func<AggregationFigures, long> Read)[] figures) =>
        figures.Select(one => new Measurement<long>(one.Read(sink.Aggregator.Figures), new("sink", sink.Name), new(tag, one.Value)));
}
