using BenchmarkDotNet.Attributes;
using StreamEnricher.Benchmarks.Enriching;
using StreamEnricher.Cli.Benching.Load;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.Benchmarks.Attribution;

/// <summary>
/// Scan, rules and attribution of detection events without any sink: the same thousand again and again (baseline: all findings are known), and events of which none was seen
/// among the last 40,000, more than the cache keeps.
/// </summary>
[MemoryDiagnoser]
public class AttributionMissBenchmarks
{
    private const int Batches = 40;
    private readonly EventBatch[] _batches = new EventBatch[Batches];
    private EventSet _events = null!;
    private int _next;

    [GlobalSetup]
    public void Setup()
    {
        _events = new EventSet("detection");
        var values = EventGenerator.Create("detection", Batches * EventSet.Count, 0);
        var lease = new PartitionLease("source", "detection", 0, [0]);
        for (var number = 0; number < Batches; number++)
        {
            var part = values.AsSpan(number * EventSet.Count, EventSet.Count);
            var batch = new EventBatch(part.Length * 1024, part.Length, MemoryLease.Unlimited);
            foreach (var value in part)
            {
                batch.TryAppend(lease, batch.Count, 1_700_000_000_000, value, false, default, true, default);
            }

            _batches[number] = batch;
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = EventSet.Count)]
    public int Hit() => Enrich(_batches[0]);

    [Benchmark(OperationsPerInvoke = EventSet.Count)]
    public int Miss() => Enrich(_batches[_next++ % Batches]);

    private int Enrich(EventBatch batch)
    {
        batch.AddReference();
        var task = _events.Enricher.EnrichAsync(batch, CancellationToken.None);
        var enriched = task.IsCompletedSuccessfully ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("nothing here waits for a network");
        batch.Release();
        return enriched.BySink.Count;
    }
}
