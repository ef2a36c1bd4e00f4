using CsCheck;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.UnitTests.Engine.Ledger;

/// <summary>
/// I1 while a sink is detached, catches up, joins and is detached again, and partitions come and go, in any order of steps: what the ledger calls settled was
/// delivered, offset by offset; and whatever happened before, in the end everything is.
/// </summary>
public sealed class IsolationModelTests
{
    [Fact]
    public void Whatever_happens_nothing_is_settled_that_was_not_delivered_and_in_the_end_all_is() =>
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 1000]).Array[0, 120].Sample(
            static steps =>
            {
                var world = new World();
                foreach (var (step, choice) in steps)
                {
                    world.Do(step, choice);
                    world.Check();
                }

                world.Finish();
            },
            iter: 5_000);

    /// <summary>Two partitions, and two sinks of which the second is detached and attached; what the engine does around the ledger, one step at a time.</summary>
    private sealed class World
    {
        private const int Partitions = 2;
        private const int Sink = 1;
        private readonly DeliveryLedger _ledger = new(2, TimeProvider.System);
        private readonly PartitionLease?[] _leases = new PartitionLease?[Partitions];
        private readonly long[] _positions = new long[Partitions];

        /// <summary>One above the last record of each partition: what was read once is there to be read again.</summary>
        private readonly long[] _ends = new long[Partitions];
        private readonly long[][] _committed = [[0, 0], [0, 0]];
        private readonly HashSet<(int Sink, int Partition, long Offset)> _delivered = [];
        private readonly List<Batch> _begun = [];
        private readonly List<Batch> _queued = [];
        private readonly List<Batch> _sending = [];
        private IReadOnlyList<CatchUpPartition> _reading = [];
        private long[] _readTo = [];

        public void Do(int step, int choice)
        {
            switch (step)
            {
                case 0 or 1:
                    Read(choice % Partitions, 1 + (choice % 5));
                    break;
                case 2 or 3:
                    HandOver(choice);
                    break;
                case 4:
                    Take(choice);
                    break;
                case 5 or 6:
                    Deliver(choice);
                    break;
                case 7:
                    Detach();
                    break;
                case 8 when choice % 3 == 0:
                    Rewind(choice);
                    break;
                case 8:
                    Restart();
                    break;
                case 9:
                    CatchUp(choice);
                    break;
                case 10:
                    Join();
                    break;
                default:
                    Move(choice % Partitions);
                    break;
            }
        }

        public void Check()
        {
            foreach (var progress in _ledger.Progress())
            {
                Assert.Equal(progress.BySink.Min(), progress.All);
                for (var sink = 0; sink < 2; sink++)
                {
                    for (var offset = 0L; offset < progress.BySink[sink]; offset++)
                    {
                        Assert.True(_delivered.Contains((sink, progress.Lease.Partition, offset)), $"{progress.Lease} {offset} counts as settled in sink {sink}");
                    }
                }
            }
        }

        /// <summary>Lets everything take its course until nothing is left to do.</summary>
        public void Finish()
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                if (_leases[partition] is null)
                {
                    Move(partition);
                }
            }

            for (var turn = 0; turn < 4 || _ledger.Mode(Sink) != SinkMode.Attached; turn++)
            {
                Assert.True(turn < 100, $"sink 1 is still {_ledger.Mode(Sink)}");
                for (var partition = 0; partition < Partitions; partition++)
                {
                    if (_positions[partition] < _ends[partition])
                    {
                        Read(partition, (int)(_ends[partition] - _positions[partition]));
                    }
                }

                Drain();
                Restart();
                Join();
                for (var i = 0; i < 50; i++)
                {
                    CatchUp(i);
                }
            }

            Drain();
            Check();
            Assert.All(_ledger.Progress(), progress => Assert.Equal([_ends[progress.Lease.Partition], _ends[progress.Lease.Partition]], progress.BySink));
        }

        private void Drain()
        {
            while (_begun.Count + _queued.Count + _sending.Count > 0)
            {
                HandOver(0);
                Take(0);
                Deliver(0);
            }
        }

        private void Read(int partition, int count)
        {
            if (_leases[partition] is { } lease && _ledger.AnyAttached())
            {
                var range = new PartitionRange(lease, _positions[partition]) { Next = _positions[partition] + count };
                var ticket = _ledger.Begin([range]);
                _positions[partition] = range.Next;
                _ends[partition] = Math.Max(_ends[partition], range.Next);
                _begun.Add(new Batch(0, ticket, range));
                _begun.Add(new Batch(Sink, ticket, range));
            }
        }

        /// <summary>The enricher looks at where the sink starts now; the lane takes what it wants.</summary>
        private void HandOver(int choice)
        {
            if (TakeFrom(_begun, choice) is not { } batch)
            {
                return;
            }

            var starts = batch.Range.Lease.SinkStarts;
            batch.Offsets.AddRange(Enumerable.Range(0, (int)(batch.Range.Next - batch.Range.First)).Select(i => batch.Range.First + i)
                .Where(offset => offset >= starts[batch.Sink] && batch.Partition?.HasAlready(offset) != true));
            if (batch.Offsets.Count == 0)
            {
                _ledger.Skip(batch.Ticket, batch.Sink);
            }
            else if (_ledger.Wants(batch.Ticket, batch.Sink))
            {
                _queued.Add(batch);
            }
        }

        private void Take(int choice)
        {
            if (TakeFrom(_queued, choice) is { } batch && _ledger.Wants(batch.Ticket, batch.Sink))
            {
                _sending.Add(batch);
            }
        }

        private void Deliver(int choice)
        {
            if (TakeFrom(_sending, choice) is { } batch)
            {
                batch.Offsets.ForEach(offset => _delivered.Add((batch.Sink, batch.Range.Lease.Partition, offset)));
                _ledger.Settle(batch.Ticket, batch.Sink);
            }
        }

        private void Detach()
        {
            if (_ledger.Detach(Sink))
            {
                _queued.RemoveAll(static batch => batch.Sink == Sink);
            }
        }

        private void Restart()
        {
            if (_ledger.Mode(Sink) == SinkMode.Leaving && !_queued.Concat(_sending).Any(static batch => batch.Sink == Sink))
            {
                _ledger.Restart(Sink);
                Reopen();
            }
        }

        /// <summary>The sink shall get again what it has: it counts as delivered only once it is delivered again.</summary>
        private void Rewind(int choice)
        {
            if (_ledger.Mode(Sink) == SinkMode.Detached)
            {
                _ledger.Leave(Sink);
            }

            if (_ledger.Mode(Sink) != SinkMode.Leaving)
            {
                return;
            }

            // What is in hand ends first.
            _queued.RemoveAll(static batch => batch.Sink == Sink);
            _begun.RemoveAll(static batch => batch.Sink == Sink && batch.Partition is not null);
            _sending.RemoveAll(static batch => batch.Sink == Sink);
            var partition = choice % Partitions;
            if (_leases[partition] is { } lease)
            {
                var place = _ledger.Progress().Single(one => one.Lease == lease).BySink[Sink] * (choice % 7) / 7;
                _delivered.RemoveWhere(one => one.Sink == Sink && one.Partition == partition && one.Offset >= place);
                _ledger.Restart(Sink, new Dictionary<TopicPartitionName, long> { [new(lease.Topic, partition)] = place });
                Reopen();
            }
        }

        private void Join()
        {
            if (_ledger.Mode(Sink) == SinkMode.Detached)
            {
                _ledger.Join(Sink);
                Reopen();
            }
        }

        private void Reopen()
        {
            _reading = _ledger.CatchUps(Sink);
            _readTo = [.. _reading.Select(static partition => partition.From)];
        }

        private void CatchUp(int choice)
        {
            if (_reading.Count == 0)
            {
                return;
            }

            var i = choice % _reading.Count;
            var next = Math.Min(Math.Min(_readTo[i] + 1 + (choice % 4), _reading[i].Until), _ends[_reading[i].Lease.Partition]);
            if (next <= _readTo[i])
            {
                return;
            }

            var range = new PartitionRange(_reading[i].Lease, _readTo[i]) { Next = next };
            if (_ledger.BeginCatchUp(Sink, [range]) is { } ticket)
            {
                _readTo[i] = next;
                _begun.Add(new Batch(Sink, ticket, range) { Partition = _reading[i] });
            }
        }

        /// <summary>A partition goes, what is settled of it is committed; or comes, and each sink goes on where it was.</summary>
        private void Move(int partition)
        {
            if (_leases[partition] is { } lease)
            {
                _committed[partition] = [.. _ledger.Revoke([lease]).Single().BySink];
                lease.Revoke();
                _leases[partition] = null;
            }
            else
            {
                var came = _leases[partition] = new PartitionLease("source", "t", partition, _committed[partition]);
                _ledger.Assign([came]);
                _positions[partition] = came.FirstNeeded == PartitionLease.Never ? _committed[partition].Max() : came.FirstNeeded;
            }

            Reopen();
        }

        private static Batch? TakeFrom(List<Batch> batches, int choice)
        {
            if (batches.Count == 0)
            {
                return null;
            }

            var batch = batches[choice % batches.Count];
            batches.RemoveAt(choice % batches.Count);
            return batch;
        }

        private sealed record Batch(int Sink, BatchTicket Ticket, PartitionRange Range)
        {
            public List<long> Offsets { get; } = [];

            /// <summary>What the sink's own reader was told of; null for a batch of the main flow.</summary>
            public CatchUpPartition? Partition { get; init; }
        }
    }
}
