using CsCheck;
using StreamEnricher.Core.Batches;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.UnitTests.Engine.Ledger;

/// <summary>I1: the ledger against a model that keeps every offset of every sink and looks at all of them each time.</summary>
public sealed class DeliveryLedgerModelTests
{
    private const int Sinks = 3;
    private const int Partitions = 2;

    private static readonly GenOperation<World, Model> Assign = Gen.Int[0, Partitions - 1].Operation<World, Model>(
        static partition => $"assign {partition}", static (world, partition) => world.Assign(partition), static (model, partition) => model.Assign(partition));

    private static readonly GenOperation<World, Model> Revoke = Gen.Int[0, Partitions - 1].Operation<World, Model>(
        static partition => $"revoke {partition}", static (world, partition) => world.Revoke(partition), static (model, partition) => model.Revoke(partition));

    private static readonly GenOperation<World, Model> Begin = Gen.Select(Gen.Int[0, Partitions - 1], Gen.Int[0, 3], Gen.Int[1, 5]).Operation<World, Model>(
        static at => $"begin {at}", static (world, at) => world.Begin(at.Item1, at.Item2, at.Item3), static (model, at) => model.Begin(at.Item1, at.Item2, at.Item3));

    private static readonly GenOperation<World, Model> Withdraw = Gen.Int[0, Partitions - 1].Operation<World, Model>(
        static partition => $"withdraw {partition}", static (world, partition) => world.Withdraw(partition), static (model, partition) => model.Withdraw(partition));

    private static readonly GenOperation<World, Model> Settle = Gen.Select(Gen.Int[0, Sinks - 1], Gen.Int[0, 1000]).Operation<World, Model>(
        static at => $"settle {at}", static (world, at) => world.Settle(at.Item1, at.Item2), static (model, at) => model.Settle(at.Item1, at.Item2));

    [Fact]
    public void The_ledger_agrees_with_a_model_that_looks_at_every_offset() =>
        Gen.Const(0).Select(static _ => (new World(), new Model())).SampleModelBased(
            [Assign, Revoke, Begin, Begin, Withdraw, Settle, Settle, Settle],
            equal: static (world, model) => world.Progress().SequenceEqual(model.Progress()), iter: 20_000);

    /// <summary>What both sides remember of the ranges that were posted, so that they settle the same ones.</summary>
    private abstract class Posted<TLease>
        where TLease : class
    {
        protected TLease?[] Leases { get; } = new TLease?[Partitions];

        protected long[] Positions { get; } = new long[Partitions];

        /// <summary>Everything that was ever posted, of ended leases too: late completions happen.</summary>
        protected List<(TLease Lease, long First, long Next)> Ranges { get; } = [];

        /// <summary>Ranges of the last post of each partition can be withdrawn until one of it is settled.</summary>
        protected bool[] CanWithdraw { get; } = new bool[Partitions];

        public void Begin(int partition, int gap, int length)
        {
            if (Leases[partition] is { } lease)
            {
                var first = Positions[partition] + gap;
                Positions[partition] = first + length;
                Ranges.Add((lease, first, first + length));
                CanWithdraw[partition] = true;
                Add(lease, first, first + length);
            }
        }

        public void Withdraw(int partition)
        {
            if (Leases[partition] is { } lease && CanWithdraw[partition])
            {
                var index = Ranges.FindLastIndex(range => ReferenceEquals(range.Lease, lease));
                var (_, first, next) = Ranges[index];
                Ranges.RemoveAt(index);
                Positions[partition] = first;
                CanWithdraw[partition] = false;
                Remove(lease, first, next);
            }
        }

        public void Settle(int sink, int choice)
        {
            if (Ranges.Count > 0)
            {
                var (lease, first, next) = Ranges[choice % Ranges.Count];
                var partition = Array.IndexOf(Leases, lease);
                if (partition >= 0)
                {
                    CanWithdraw[partition] = false;
                }

                Mark(sink, lease, first, next);
            }
        }

        protected abstract void Add(TLease lease, long first, long next);

        protected abstract void Remove(TLease lease, long first, long next);

        protected abstract void Mark(int sink, TLease lease, long first, long next);
    }

    /// <summary>The real thing.</summary>
    private sealed class World : Posted<PartitionLease>
    {
        private readonly DeliveryLedger _ledger = new(Sinks, TimeProvider.System);
        private readonly Dictionary<(PartitionLease Lease, long First), BatchTicket> _tickets = [];

        public void Assign(int partition)
        {
            if (Leases[partition] is null)
            {
                var start = Positions[partition];
                Leases[partition] = new PartitionLease("source", "t", partition, [start, start + 1, start + 4]);
                _ledger.Assign([Leases[partition]!]);
            }
        }

        public void Revoke(int partition)
        {
            if (Leases[partition] is { } lease)
            {
                _ledger.Revoke([lease]);
                Leases[partition] = null;
                CanWithdraw[partition] = false;
            }
        }

        public IEnumerable<string> Progress() => _ledger.Progress().OrderBy(static progress => progress.Lease.Partition)
            .Select(static progress => $"{progress.Lease}: {progress.All} of {string.Join(',', progress.BySink)}");

        protected override void Add(PartitionLease lease, long first, long next) => _tickets[(lease, first)] = _ledger.Begin(Range(lease, first, next));

        protected override void Remove(PartitionLease lease, long first, long next) => _ledger.Withdraw(_tickets[(lease, first)], Range(lease, first, next));

        protected override void Mark(int sink, PartitionLease lease, long first, long next) => _ledger.Settle(_tickets[(lease, first)], sink);

        private static PartitionRange[] Range(PartitionLease lease, long first, long next) => [new PartitionRange(lease, first) { Next = next }];
    }

    /// <summary>Offsets one by one: true settled, false in flight.</summary>
    private sealed class Model : Posted<Model.Lease>
    {
        public void Assign(int partition)
        {
            if (Leases[partition] is null)
            {
                var start = Positions[partition];
                Leases[partition] = new Lease([start, start + 1, start + 4]);
            }
        }

        public void Revoke(int partition)
        {
            Leases[partition] = null;
            CanWithdraw[partition] = false;
        }

        public IEnumerable<string> Progress()
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                if (Leases[partition] is { } lease)
                {
                    var bySink = Enumerable.Range(0, Sinks).Select(lease.Prefix).ToArray();
                    yield return $"t/{partition}: {bySink.Min()} of {string.Join(',', bySink)}";
                }
            }
        }

        protected override void Add(Lease lease, long first, long next)
        {
            for (var offset = first; offset < next; offset++)
            {
                Array.ForEach(lease.BySink, sink => sink.Add(offset, false));
            }
        }

        protected override void Remove(Lease lease, long first, long next)
        {
            for (var offset = first; offset < next; offset++)
            {
                Array.ForEach(lease.BySink, sink => sink.Remove(offset));
            }
        }

        protected override void Mark(int sink, Lease lease, long first, long next)
        {
            for (var offset = first; offset < next; offset++)
            {
                lease.BySink[sink][offset] = true;
            }
        }

        internal sealed class Lease(long[] starts)
        {
            public SortedDictionary<long, bool>[] BySink { get; } = [.. starts.Select(static _ => new SortedDictionary<long, bool>())];

            public long Prefix(int sink)
            {
                var settled = BySink[sink].TakeWhile(static offset => offset.Value).Select(static offset => offset.Key + 1).LastOrDefault();
                return Math.Max(starts[sink], settled);
            }
        }
    }
}
