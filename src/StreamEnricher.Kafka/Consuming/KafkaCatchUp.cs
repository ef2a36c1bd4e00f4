using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Core.Sources;
using StreamEnricher.Kafka.Clients;
using StreamEnricher.Kafka.Interop;
using StreamEnricher.Kafka.Retention;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>Reads partitions for sinks that are detached: for each run a consumer of its own that is assigned its partitions and is no member of any group.</summary>
/// <remarks>The consumer exists only while it is needed, and so does the memory of its read-ahead. Where to begin and what to commit is the engine's.</remarks>
/// <param name="options">Those of the main source.</param>
/// <param name="memory">The budget.</param>
/// <param name="metrics">What has expired is counted.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">The client's log.</param>
public sealed class KafkaCatchUp(KafkaSourceOptions options, MemoryBudget memory, PipelineMetrics metrics, TimeProvider time, ILogger<KafkaCatchUp> logger)
{
    private static readonly TimeSpan RoomInterval = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc cref="CatchUpReader" />
    /// <exception cref="KafkaSetupException">The client refuses its settings, or failed for good.</exception>
    public Task ReadAsync(int sink, IReadOnlyList<CatchUpPartition> partitions, Func<EventBatch, bool> tryPost, CancellationToken stop)
    {
        var run = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Read(sink, partitions, tryPost, stop);
                run.SetResult();
            }
            catch (Exception error)
            {
                run.SetException(error);
            }
        })
        { IsBackground = true, Name = $"kafka-catch-up-{options.Sinks[sink].Name}" };
        thread.Start();
        return run.Task;
    }

    private void Read(int sink, IReadOnlyList<CatchUpPartition> partitions, Func<EventBatch, bool> tryPost, CancellationToken stop)
    {
        // Room for a batch of the main flow stays free: who is behind must not hold up those who are not.
        var spare = Math.Min(BatchFormer.ReservationOf(options.BatchBytes, options.BatchEvents, options.EncodedFactor), memory.Limit - memory.Forever);
        var start = options.Sinks[sink];
        var properties = ConsumerProperties.OfCatchUp(options, start.Name, memory.Limit);
        using var prefetch = Reserve(properties.PrefetchBytes, spare, stop);
        if (prefetch is null)
        {
            return;
        }

        var errors = new ClientErrors(logger);
        using var consumer = ClientProperties.Build(() => new ConsumerBuilder<byte[], byte[]>(properties.All)
            .SetLogHandler((_, message) => ClientLog.Write(logger, message))
            .SetErrorHandler((_, error) => errors.Report(error))
            .Build());
        try
        {
            Log.CatchUpBegun(logger, start.Name, partitions.Count);
            consumer.Assign(partitions.Select(static partition => new TopicPartitionOffset(partition.Lease.Topic, partition.Lease.Partition, partition.From)));
            using var reader = new RecordReader(consumer, NativeBatchReader.TryOpen(consumer.Handle, out _));
            using var loop = new CatchUpLoop(
                start.Name, partitions, consumer, reader, new BatchFormer(options with { EncodedFactor = start.EncodedFactor }, memory, time, spare), tryPost, errors,
                new ExpiredRecords(metrics, logger));
            loop.Run(stop);
        }
        finally
        {
            consumer.Close();
        }
    }

    private MemoryLease? Reserve(long bytes, long spare, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (memory.TryReserve(bytes, spare) is { } lease)
            {
                return lease;
            }

            stop.WaitHandle.WaitOne(RoomInterval);
        }

        return null;
    }
}
