using StreamEnricher.Cli.Benching.Load;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Metrics;

namespace StreamEnricher.Cli.Benching.Stages;

/// <summary>Says where the time of a run goes: each stage is run alone over the same events, and what they leave of the run's CPU is the rest.</summary>
internal static class StageMeter
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    /// <summary>The stages in the order of the pipeline, the rest last: queues, ledger, collections, threads that wait, caches shared with other threads.</summary>
    /// <param name="options">The pipeline.</param>
    /// <param name="plan">Its formats and attribution.</param>
    /// <param name="load">The run's events.</param>
    /// <param name="sinks">Where the run delivered to: stages of sending exist only with the receiver.</param>
    /// <param name="microseconds">CPU an event of the run.</param>
    /// <param name="time">Clock.</param>
    /// <param name="loggers">Log.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static async Task<IReadOnlyList<StageFigures>> MeasureAsync(
        PipelineOptions options, EnrichmentPlan plan, LoadStreams load, BenchSinks sinks, double microseconds, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        using var metrics = new PipelineMetrics("StreamEnricher.Bench");
        var active = options.ActiveSinks;
        var encoders = PipelineSinks.Encoders(options, plan, plan.Output());
        var sums = new List<(string Stage, double Nanoseconds)>();
        foreach (var stream in load.Streams)
        {
            var stages = new EnrichStages(stream, load.Sources, encoders, plan, metrics, loggers);
            Add(sums, stages.Measure(Budget, cancellation));
            for (var sink = 0; sinks == BenchSinks.Http && sink < active.Count; sink++)
            {
                if (active[sink].Value.Kind is ElasticsearchOptions or SplunkOptions && stages.Encode(sink) is { } encoded)
                {
                    using (encoded)
                    {
                        Add(sums, await DeliveryStages.MeasureAsync(active[sink].Key, active[sink].Value, encoded, options, time, loggers, cancellation));
                    }
                }
            }
        }

        // Streams take turns batch by batch, so each has the same part of the events when their batches hold as many.
        return Shares([.. sums.Select(sum => (sum.Stage, Math.Max(0, sum.Nanoseconds / load.Streams.Count / 1000)))], microseconds);
    }

    /// <summary>Stages with their share of the run's CPU, and what is left of it.</summary>
    internal static IReadOnlyList<StageFigures> Shares(IReadOnlyList<(string Stage, double Microseconds)> stages, double whole)
    {
        var sum = stages.Sum(static stage => stage.Microseconds);
        var all = Math.Max(whole, sum);
        return [.. stages.Select(stage => new StageFigures(stage.Stage, stage.Microseconds, stage.Microseconds / all)), new StageFigures("rest", all - sum, (all - sum) / all)];
    }

    private static void Add(List<(string Stage, double Nanoseconds)> sums, IReadOnlyList<(string Stage, double Nanoseconds)> measured)
    {
        foreach (var (stage, nanoseconds) in measured)
        {
            var at = sums.FindIndex(sum => sum.Stage == stage);
            if (at < 0)
            {
                sums.Add((stage, nanoseconds));
            }
            else
            {
                sums[at] = (stage, sums[at].Nanoseconds + nanoseconds);
            }
        }
    }
}
