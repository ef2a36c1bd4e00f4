using System.Globalization;
using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.Cli.Benching.Tuning;

/// <summary>What can be tuned in a pipeline.</summary>
internal static class KnobList
{
    private static readonly int[] Events = [500, 1000, 2000, 5000, 10_000, 20_000];
    private static readonly int[] Lingers = [1, 2, 5, 10, 20, 50, 100];
    private static readonly int[] Requests = [1, 2, 4, 8, 16];

    /// <summary>The knobs that matter for a goal, the ones with the largest effect first.</summary>
    /// <param name="options">The pipeline.</param>
    /// <param name="goal">The goal.</param>
    /// <param name="sinks">Where sinks deliver to: without requests there is nothing to tune about them.</param>
    /// <param name="isPaced">Events come at a rate: only then does a batch ever wait for more of them.</param>
    /// <param name="cores">Cores of the machine.</param>
    public static IReadOnlyList<Knob> Of(PipelineOptions options, TuningGoal goal, BenchSinks sinks, bool isPaced, int cores)
    {
        var knobs = new List<Knob>();
        if (isPaced)
        {
            knobs.Add(Linger(options));
        }

        knobs.Add(BatchEvents(options));
        knobs.Add(Parallelism(options, cores));
        if (sinks == BenchSinks.Null)
        {
            return knobs;
        }

        foreach (var (name, sink) in options.ActiveSinks)
        {
            if (sink.Kind is ElasticsearchOptions or SplunkOptions)
            {
                knobs.Add(Concurrency(name, sink));
                if (goal != TuningGoal.Latency || isPaced)
                {
                    knobs.Add(Compression(name, sink));
                }
            }
        }

        return knobs;
    }

    private static Knob Linger(PipelineOptions options) => Of(
        ["limits", "batch", "linger"], options.Limits.Batch.Linger.TotalMilliseconds, Lingers, static value => $"{value.ToString(CultureInfo.InvariantCulture)}ms",
        static (pipeline, value) => pipeline with { Limits = pipeline.Limits with { Batch = pipeline.Limits.Batch with { Linger = TimeSpan.FromMilliseconds(value) } } },
        "a batch waits so long for more events: shorter answers sooner, longer makes fewer and larger requests");

    private static Knob BatchEvents(PipelineOptions options) => Of(
        ["limits", "batch", "events"], options.Limits.Batch.Events, Events, static value => value.ToString(CultureInfo.InvariantCulture),
        static (pipeline, value) => pipeline with { Limits = pipeline.Limits with { Batch = pipeline.Limits.Batch with { Events = (int)value } } },
        "the price of a request and of handing a batch on is shared by so many events; each batch takes memory");

    private static Knob Parallelism(PipelineOptions options, int cores) => Of(
        ["limits", "parallelism"], options.Limits.Parallelism, [1, 2, cores, cores * 2], static value => value == 0 ? "auto" : value.ToString(CultureInfo.InvariantCulture),
        static (pipeline, value) => pipeline with { Limits = pipeline.Limits with { Parallelism = (int)value } },
        "batches enriched at a time; auto is one a core");

    private static Knob Concurrency(string name, SinkOptions sink) => Of(
        ["sinks", name, "max_concurrency"], sink.MaxConcurrency, Requests, static value => value.ToString(CultureInfo.InvariantCulture),
        (pipeline, value) => With(pipeline, name, old => old with { MaxConcurrency = (int)value }),
        "most requests at a time; a server far away needs more of them to be kept busy");

    private static Knob Compression(string name, SinkOptions sink)
    {
        var isGzip = sink.Kind is ElasticsearchOptions { Gzip: true } or SplunkOptions { Gzip: true };
        return new Knob(
            ["sinks", name, sink.Kind!.Name, "compression"],
            isGzip ? "gzip" : "none",
            [
                new KnobSetting(isGzip ? "none" : "gzip", pipeline => With(pipeline, name, old => old with
                {
                    Kind = old.Kind switch
                    {
                        ElasticsearchOptions elastic => elastic with { Gzip = !isGzip },
                        SplunkOptions splunk => splunk with { Gzip = !isGzip },
                        var other => other,
                    },
                })),
            ],
            "gzip costs CPU and saves most of the bytes: right where the link is the limit (measure with --link)");
    }

    private static Knob Of(
        IReadOnlyList<string> path, double current, IEnumerable<int> values, Func<double, string> write, Func<PipelineOptions, double, PipelineOptions> apply, string advice) => new(
        path,
        write(current),
        [.. values.Distinct().Where(value => value != current).Select(value => new KnobSetting(write(value), pipeline => apply(pipeline, value)))],
        advice);

    private static PipelineOptions With(PipelineOptions options, string name, Func<SinkOptions, SinkOptions> change) => options with
    {
        Sinks = [.. options.Sinks.Select(sink => sink.Key == name ? KeyValuePair.Create(sink.Key, change(sink.Value)) : sink)],
    };
}
