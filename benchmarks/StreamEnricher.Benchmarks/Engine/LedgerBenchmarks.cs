using BenchmarkDotNet.Attributes;
using StreamEnricher.Core.Batches;
using StreamEnricher.Engine.Ledger;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.Benchmarks.Engine;

/// <summary>What the ledger costs a batch: begun once, settled by every sink, with other batches in flight, out of order.</summary>
[MemoryDiagnoser]
public class LedgerBenchmarks
{
    private const int Batches = 1000;
    private readonly BatchTicket?[] _flying = new BatchTicket?[16];
    private readonly PartitionRange[][] _batches = new PartitionRange[Batches][];
    private DeliveryLedger _ledger = null!;
    private PartitionLease[] _leases = null!;
    private long _position;

    /// <summary>Sinks of the pipeline.</summary>
    [Params(1, 4)]
    public int Sinks { get; set; }

    /// <summary>Partitions in a batch.</summary>
    [Params(1, 8)]
    public int Partitions { get; set; }

    /// <summary>A ledger with its leases.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _ledger = new DeliveryLedger(Sinks, TimeProvider.System);
        _leases = [.. Enumerable.Range(0, Partitions).Select(partition => EngineBatches.Lease(Sinks, partition))];
        _ledger.Assign(_leases);
    }

    /// <summary>The source has formed these batches.</summary>
    [IterationSetup]
    public void FormBatches()
    {
        for (var i = 0; i < Batches; i++)
        {
            _batches[i] = Array.ConvertAll(_leases, lease => new PartitionRange(lease, _position) { Next = _position + 1000 });
            _position += 1000;
        }
    }

    /// <summary>One operation is one batch.</summary>
    [Benchmark(OperationsPerInvoke = Batches)]
    public void BeginAndSettle()
    {
        for (var i = 0; i < Batches; i++)
        {
            ref var slot = ref _flying[i * 7 % _flying.Length];
            Settle(slot);
            slot = _ledger.Begin(_batches[i]);
        }

        for (var i = 0; i < _flying.Length; i++)
        {
            Settle(_flying[i]);
            _flying[i] = null;
        }
    }

    private void Settle(BatchTicket? ticket)
    {
        for (var sink = 0; ticket is not null && sink < Sinks; sink++)
        {
            _ledger.Settle(ticket, sink);
        }
    }
}
