using System.Globalization;
using CsCheck;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.UnitTests.Engine.Ledger;

/// <summary>
/// What several threads do to the ledger and the budget at once has the outcome of some order of the same steps, one after the other. The order of the steps is looked at
/// by <see cref="IsolationModelTests"/>, their overlapping here.
/// </summary>
public sealed class LinearizabilityTests
{
    [Fact]
    public void Workers_that_settle_and_a_monitor_that_detaches_and_attaches_leave_what_some_order_of_them_would() =>
        Gen.Const(static () => new Desk()).SampleParallel(
            Gen.Int[0, 5].Operation<Desk>(static batch => $"settle {batch} in 0", static (desk, batch) => desk.Settle(batch, 0)),
            Gen.Int[0, 5].Operation<Desk>(static batch => $"settle {batch} in 1", static (desk, batch) => desk.Settle(batch, 1)),
            Gen.Int[0, 5].Operation<Desk>(static batch => $"skip {batch} in 1", static (desk, batch) => desk.Skip(batch, 1)),
            Gen.Int[0, 3].Operation<Desk>(static step => $"move sink 1 on, {step}", static (desk, step) => desk.Move(step)),
            equal: static (one, other) => one.State() == other.State(),
            maxSequentialOperations: 6,
            maxParallelOperations: 4,
            iter: 150,
            threads: 2,
            print: static desk => desk.State());

    [Fact]
    public void Reservations_and_returns_leave_what_some_order_of_them_would() =>
        Gen.Const(static () => new Purse()).SampleParallel(
            Gen.Int[1, 60].Operation<Purse>(static bytes => $"reserve {bytes}", static (purse, bytes) => purse.Reserve(bytes)),
            Gen.Int[0, 60].Operation<Purse>(static bytes => $"resize to {bytes}", static (purse, bytes) => purse.Kept.Resize(bytes)),
            Gen.Int[1, 20].Operation<Purse>(static bytes => $"take and give {bytes}", static (purse, bytes) => purse.TakeAndGive(bytes)),
            equal: static (one, other) => one.State() == other.State(),
            maxSequentialOperations: 4,
            maxParallelOperations: 4,
            iter: 150,
            threads: 2,
            print: static purse => purse.State());

    /// <summary>Six batches of one partition that two sinks have in hand.</summary>
    private sealed class Desk
    {
        private readonly DeliveryLedger _ledger = new(2, TimeProvider.System);
        private readonly BatchTicket[] _tickets = new BatchTicket[6];
        private readonly Lock _monitor = new();

        public Desk()
        {
            var lease = new PartitionLease("source", "t", 0, [0, 0]);
            _ledger.Assign([lease]);
            for (var i = 0; i < _tickets.Length; i++)
            {
                _tickets[i] = _ledger.Begin([new PartitionRange(lease, i * 10) { Next = (i + 1) * 10 }]);
            }
        }

        public void Settle(int batch, int sink) => _ledger.Settle(_tickets[batch], sink);

        public void Skip(int batch, int sink) => _ledger.Skip(_tickets[batch], sink);

        /// <summary>The engine has one monitor; its steps do not overlap, but workers overlap each of them.</summary>
        public void Move(int step)
        {
            lock (_monitor)
            {
                switch (_ledger.Mode(1))
                {
                    case SinkMode.Attached or SinkMode.Joining when step == 0:
                        _ledger.Detach(1);
                        break;
                    case SinkMode.Leaving when step == 1:
                        _ledger.Restart(1);
                        break;
                    case SinkMode.Detached when step == 2:
                        _ledger.Join(1);
                        break;
                    default:
                        break;
                }
            }
        }

        public string State()
        {
            var progress = _ledger.Progress().Single();
            var catchUp = string.Join(' ', _ledger.CatchUps(1).Select(static one => $"{one.From}-{one.Until} has {string.Join(',', one.Has ?? [])}"));
            return $"{_ledger.Mode(1)} {string.Join(' ', progress.BySink)} all {progress.All} lag {_ledger.Lag(0)} {_ledger.Lag(1)} reads {catchUp} "
                + $"wants {string.Join("", _tickets.Select(ticket => _ledger.Wants(ticket, 1) ? 1 : 0))} open {_ledger.HasUnsettled(0)} {_ledger.HasUnsettled(1)}";
        }
    }

    /// <summary>A budget of 100 bytes.</summary>
    private sealed class Purse
    {
        private readonly MemoryBudget _budget = new(100);
        private readonly MemoryLease _shared;
        private int _given;

        public Purse() => (Kept, _shared) = (_budget.TryReserve(10)!, _budget.TryReserve(0)!);

        public MemoryLease Kept { get; }

        public void Reserve(int bytes) => Interlocked.Add(ref _given, _budget.TryReserve(bytes) is null ? 0 : bytes);

        public void TakeAndGive(int bytes)
        {
            _shared.Take(bytes);
            _shared.GiveBack(bytes);
        }

        public string State() => string.Create(CultureInfo.InvariantCulture, $"used {_budget.Used}, given {_given}, kept {Kept.Bytes}");
    }
}
