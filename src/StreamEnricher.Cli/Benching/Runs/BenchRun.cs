using StreamEnricher.Cli.Benching.Load;
using StreamEnricher.Cli.Benching.Receivers;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Pipeline;
using StreamEnricher.Kafka.Consuming;

namespace StreamEnricher.Cli.Benching.Runs;

/// <summary>One measured run of a pipeline: the engine as it is, between events that are made up or replayed and sinks that are measured.</summary>
/// <param name="options">The pipeline.</param>
/// <param name="plan">Its formats and attribution.</param>
/// <param name="load">What is read.</param>
/// <param name="settings">How.</param>
/// <param name="time">Clock.</param>
/// <param name="loggers">Log.</param>
internal sealed class BenchRun(PipelineOptions options, EnrichmentPlan plan, LoadStreams load, BenchSettings settings, TimeProvider time, ILoggerFactory loggers)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Runs, measures, stops.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    /// <exception cref="InvalidOperationException">The engine or its source failed.</exception>
    /// <exception cref="Kafka.KafkaSetupException">The broker cannot be used.</exception>
    public async Task<BenchFigures> RunAsync(CancellationToken cancellation)
    {
        using var receiver = settings.Sinks == BenchSinks.Http ? HttpReceiver.Start(new ReceiverOptions { Delay = settings.ReplyDelay, BytesPerSecond = settings.Link }) : null;
        var pipeline = receiver is null ? options : BenchPipeline.At(options, receiver.Url);
        using var metrics = new PipelineMetrics("StreamEnricher.Bench");
        var memory = new MemoryBudget(pipeline.Limits.Memory);
        SlabPool.Shared.MaxBytes = pipeline.Limits.Memory;
        var arrivals = new BatchArrivals();
        var parts = new PipelineParts(pipeline, memory, metrics, time, loggers);
        List<MeasuredSink> sinks = [.. pipeline.ActiveSinks.Select(sink => new MeasuredSink(Sink(sink.Key, sink.Value, parts), arrivals, time))];
        await using var deadLetters = new CountedDeadLetters();
        var reading = KafkaMapping.Source(pipeline, exitAtEnd: false);
        await using var topics = settings.Kafka ? await KafkaLoad.PrepareAsync(load, settings, reading, time, loggers, cancellation) : null;
        var output = plan.Output();
        var enricher = plan.CreateEnricher(PipelineSinks.Encoders(pipeline, plan, output), load.Sources, output, metrics, loggers);
        try
        {
            await using IEventSource source = topics is null
                ? new LoadSource(load.Streams, settings.Partitions, settings.Rate, reading, memory, arrivals, time)
                : new KafkaEventSource(topics.Reading, memory, metrics, time, loggers.CreateLogger<KafkaEventSource>());
            await using var engine = new PipelineEngine(
                source, Enricher(enricher.EnrichAsync, source as LoadSource), [.. sinks.Zip(pipeline.ActiveSinks, static (sink, active) => new SinkSlot(sink, HttpSinkMapping.Workers(active.Value)))],
                deadLetters, memory,
                new EngineOptions { Parallelism = pipeline.Limits.Parallelism > 0 ? pipeline.Limits.Parallelism : Environment.ProcessorCount, DrainTimeout = DrainTimeout },
                metrics, time, loggers.CreateLogger<PipelineEngine>());
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var run = engine.RunAsync(stop.Token, cancellation);
            var figures = await MeasureAsync(run, sinks, receiver, memory, topics, stop, cancellation);
            return figures with { DeadLetters = deadLetters.Count, FirstDeadLetter = deadLetters.First };
        }
        finally
        {
            foreach (var sink in sinks)
            {
                await sink.DisposeAsync();
            }
        }
    }

    private static BatchEnricher Enricher(BatchEnricher enrich, LoadSource? source) => source is null ? enrich : (batch, cancellation) =>
    {
        source.SignalRoom();
        return enrich(batch, cancellation);
    };

    private IEventSink Sink(string name, SinkOptions sink, PipelineParts parts) =>
        settings.Sinks == BenchSinks.Pipeline || (settings.Sinks == BenchSinks.Http && sink.Kind is ElasticsearchOptions or SplunkOptions)
            ? parts.CreateSink(name, sink)
            : new NullSink(name);

    private async Task<BenchFigures> MeasureAsync(
        Task<EngineResult> run, List<MeasuredSink> sinks, HttpReceiver? receiver, MemoryBudget memory, KafkaLoad? topics, CancellationTokenSource stop, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        var feeding = topics?.FeedAsync(stop.Token) ?? Task.CompletedTask;

        // What lies ready in a broker is measured from its first third to its end, all else by time.
        var ready = topics?.Ready;
        await WhileAsync(run, () => ready is null ? time.GetElapsedTime(begun) < settings.WarmUp : sinks.Min(static sink => sink.Events) < ready / 3, cancellation);
        var from = BenchMoment.Now(sinks, receiver, time);
        sinks.ForEach(sink => sink.IsMeasuring = ready is null);
        var peak = 0L;
        await WhileAsync(
            run,
            () =>
            {
                peak = Math.Max(peak, memory.Used);
                return ready is null ? time.GetElapsedTime(from.Timestamp) < settings.Duration : sinks.Min(static sink => sink.Events) < ready;
            },
            cancellation);
        var to = BenchMoment.Now(sinks, receiver, time);
        sinks.ForEach(static sink => sink.IsMeasuring = false);
        await stop.CancelAsync();
        await run;
        await feeding;
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        const double Mebibyte = 1 << 20;
        return to.Since(from, sinks, load.EventBytes, time) with
        {
            PeakMebibytes = process.PeakWorkingSet64 / Mebibyte,
            PeakBudgetMebibytes = peak / Mebibyte,
            Problems = [.. sinks.Select(static sink => (sink.Name, What: sink.Health.HeldReason ?? sink.Health.LastError)).Where(static one => one.What is not null).Select(static one => $"{one.Name}: {one.What}")],
        };
    }

    private async Task WhileAsync(Task<EngineResult> run, Func<bool> goOn, CancellationToken cancellation)
    {
        while (goOn())
        {
            if (run.IsCompleted)
            {
                await run;
                throw new InvalidOperationException("The engine ended before the measurement did.");
            }

            await Task.WhenAny(run, Task.Delay(LookInterval, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }
}
