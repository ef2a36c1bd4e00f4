using System.Net.Http.Headers;
using StreamEnricher.Cli.Benching.Receivers;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.Cli.Benching.Stages;

/// <summary>What it costs to compress and to send the bytes of an HTTP sink: the real sink delivers the same batch again and again to a receiver whose own CPU time is left out.</summary>
internal static class DeliveryStages
{
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(600);
    private static readonly MediaTypeHeaderValue MediaType = new("application/x-ndjson");

    /// <summary>The stages of one sink with their CPU time an event.</summary>
    /// <param name="name">The sink.</param>
    /// <param name="sink">Its options.</param>
    /// <param name="batch">What it is to deliver.</param>
    /// <param name="options">The pipeline.</param>
    /// <param name="time">Clock.</param>
    /// <param name="loggers">Log.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static async Task<IReadOnlyList<(string Stage, double Nanoseconds)>> MeasureAsync(
        string name, SinkOptions sink, EncodedBatch batch, PipelineOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        using var receiver = HttpReceiver.Start(new ReceiverOptions());
        using var metrics = new PipelineMetrics("StreamEnricher.Bench");
        var here = BenchPipeline.At(options, receiver.Url);
        var parts = new PipelineParts(here, new MemoryBudget(options.Limits.Memory), metrics, time, loggers);
        await using var real = parts.CreateSink(name, here.Sinks.First(one => one.Key == name).Value);
        var body = batch.Slice(0, batch.Length);
        var compress = IsCompressed(sink) ? RoundRobin.Medians([() => Compress(body)], Budget / 2, cancellation)[0] : TimeSpan.Zero;

        // The first deliveries make connections and optimised code; they do not count.
        await DeliverAsync(Budget / 3);
        var (before, receiving) = (Environment.CpuUsage.TotalTime, receiver.CpuTime);
        var deliveries = await DeliverAsync(Budget);
        var deliver = (Environment.CpuUsage.TotalTime - before - (receiver.CpuTime - receiving)) / deliveries;
        var perEvent = (deliver - compress).TotalNanoseconds / batch.Source.Count;
        return compress == TimeSpan.Zero
            ? [($"send {name}", perEvent)]
            : [($"compress {name}", compress.TotalNanoseconds / batch.Source.Count), ($"send {name}", perEvent)];

        async Task<int> DeliverAsync(TimeSpan duration)
        {
            var count = 0;
            for (var begun = time.GetTimestamp(); count == 0 || time.GetElapsedTime(begun) < duration; count++)
            {
                await real.DeliverAsync(batch, cancellation);
            }

            return count;
        }
    }

    private static bool IsCompressed(SinkOptions sink) => sink.Kind is ElasticsearchOptions { Gzip: true } or SplunkOptions { Gzip: true };

    private static void Compress(ReadOnlyMemory<byte> body)
    {
        using var content = BodyContent.Create(body, BodyCompression.Gzip, MediaType);
    }
}
