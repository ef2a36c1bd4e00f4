using BenchmarkDotNet.Attributes;
using StreamEnricher.Engine.Graph;

namespace StreamEnricher.Benchmarks.Engine;

/// <summary>What it costs to hand a batch on: through a sink's queue, and through the enriching block. Baseline: calling the next step. One operation is one batch.</summary>
[MemoryDiagnoser]
public class ChannelHopBenchmarks
{
    private const int Batches = 10_000;
    private const int Capacity = 4;
    private long _sum;

    [Benchmark(Baseline = true, OperationsPerInvoke = Batches)]
    public long Call()
    {
        for (var i = 0; i < Batches; i++)
        {
            Work(i);
        }

        return _sum;
    }

    /// <summary>One writer, one reader, as between an enriching and a sending worker.</summary>
    [Benchmark(OperationsPerInvoke = Batches)]
    public async Task<long> SinkQueue()
    {
        var queue = BlockFactory.SinkQueue<int>(Capacity);
        var reader = Task.Run(async () =>
        {
            await foreach (var batch in queue.Reader.ReadAllAsync())
            {
                Work(batch);
            }
        });
        for (var i = 0; i < Batches; i++)
        {
            if (!queue.Writer.TryWrite(i))
            {
                await queue.Writer.WriteAsync(i);
            }
        }

        queue.Writer.Complete();
        await reader;
        return _sum;
    }

    /// <summary>The block that enriches, with one batch at a time.</summary>
    [Benchmark(OperationsPerInvoke = Batches)]
    public async Task<long> Block()
    {
        var block = BlockFactory.Parallel<int>(
            batch =>
            {
                Work(batch);
                return Task.CompletedTask;
            },
            1, Capacity, static error => throw error);
        for (var i = 0; i < Batches; i++)
        {
            while (!block.Post(i))
            {
                await Task.Yield();
            }
        }

        block.Complete();
        await block.Completion;
        return _sum;
    }

    private void Work(int batch) => _sum += batch;
}
