using CsCheck;
using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.UnitTests.Engine.Ledger;

/// <summary>Invariant I1: an offset counts for a sink only when every lower one is settled there, and for all when it is so in every sink.</summary>
public sealed class DeliveryLedgerTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DeliveryLedger _ledger;
    private readonly PartitionLease _lease = new("source", "topic", 0, [10, 12]);

    public DeliveryLedgerTests()
    {
        _ledger = new DeliveryLedger(2, _time);
        _ledger.Assign([_lease]);
    }

    [Fact]
    public void An_assignment_is_progress_at_the_places_where_its_sinks_begin()
    {
        var progress = Assert.Single(_ledger.TakeProgress());
        Assert.Equal(10, progress.All);
        Assert.Equal([10, 12], progress.BySink);
        Assert.Empty(_ledger.TakeProgress());
    }

    [Fact]
    public void Batches_settled_out_of_order_count_once_the_gap_is_closed()
    {
        var (first, second) = (Begin(10, 15), Begin(15, 20));
        _ledger.TakeProgress();

        _ledger.Settle(second, 0);
        Assert.Empty(_ledger.TakeProgress());
        _ledger.Settle(first, 0);

        var progress = Assert.Single(_ledger.TakeProgress());
        Assert.Equal([20, 12], progress.BySink);
        Assert.Equal(12, progress.All);
        _ledger.Settle(first, 1);
        Assert.Equal(15, Assert.Single(_ledger.TakeProgress()).All);
    }

    [Fact]
    public void A_sink_that_is_ahead_does_not_go_back()
    {
        var batch = Begin(10, 11);
        _ledger.Settle(batch, 1);
        _ledger.Settle(batch, 0);
        Assert.Equal([11, 12], Assert.Single(_ledger.TakeProgress()).BySink);
    }

    [Fact]
    public void Completions_of_a_revoked_assignment_do_not_move_the_next_one()
    {
        var batch = Begin(10, 20);
        Assert.Equal(10, Assert.Single(_ledger.Revoke([_lease])).All);
        var again = new PartitionLease("source", "topic", 0, [10, 12]);
        _ledger.Assign([again]);

        _ledger.Settle(batch, 0);
        _ledger.Settle(batch, 1);

        Assert.Equal([10, 12], Assert.Single(_ledger.TakeProgress()).BySink);
        Assert.Empty(_ledger.Revoke([_lease]));
    }

    [Fact]
    public void A_batch_of_a_revoked_assignment_is_taken_and_counts_for_nothing()
    {
        _ledger.Revoke([_lease]);
        var batch = Begin(10, 20);
        _ledger.Settle(batch, 0);
        Assert.Empty(_ledger.TakeProgress());
    }

    [Fact]
    public void Progress_that_could_not_be_committed_comes_again()
    {
        var progress = _ledger.TakeProgress();
        _ledger.GiveBack(progress);
        Assert.Single(_ledger.TakeProgress());
    }

    [Fact]
    public void The_end_is_reached_when_every_sink_is_there()
    {
        var ends = new Dictionary<TopicPartitionName, long> { [new("topic", 0)] = 20, [new("elsewhere", 0)] = 5 };
        var batch = Begin(10, 20);
        _ledger.Settle(batch, 0);
        Assert.False(_ledger.HasReached(ends));
        _ledger.Settle(batch, 1);
        Assert.True(_ledger.HasReached(ends));
    }

    [Fact]
    public void The_age_is_that_of_the_oldest_unsettled_batch()
    {
        var first = Begin(10, 15);
        _time.Advance(TimeSpan.FromSeconds(3));
        Begin(15, 20);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(7, Assert.Single(_ledger.Describe()).Age, 3);
        _ledger.Settle(first, 0);
        _ledger.Settle(first, 1);
        Assert.Equal(4, Assert.Single(_ledger.Describe()).Age, 3);
    }

    [Fact]
    public void Whatever_the_order_the_prefix_is_what_a_naive_model_says() =>
        Gen.Select(Gen.Int[1, 30].Array[1, 40], Gen.Int).Sample((lengths, seed) =>
        {
            var ledger = new DeliveryLedger(1, _time);
            var lease = new PartitionLease("source", "topic", 0, [0]);
            ledger.Assign([lease]);
            var open = new List<(BatchTicket Ticket, int Index)>();
            var ends = new List<long>();
            var next = 0L;
            foreach (var length in lengths)
            {
                open.Add((ledger.Begin(BatchOf(lease, next, next + length)), ends.Count));
                ends.Add(next += length);
            }

            var settled = new bool[ends.Count];
            var random = new Random(seed);
            while (open.Count > 0)
            {
                var chosen = random.Next(open.Count);
                settled[open[chosen].Index] = true;
                ledger.Settle(open[chosen].Ticket, 0);
                open.RemoveAt(chosen);
                var prefix = settled.TakeWhile(one => one).Count();
                Assert.Equal(prefix == 0 ? 0 : ends[prefix - 1], ledger.Describe()[0].Progress.All);
            }
        });

    private static EventBatch BatchOf(PartitionLease lease, long first, long next)
    {
        var batch = new EventBatch(256, 1, MemoryLease.Unlimited);
        batch.Advance(lease, first, next);
        return batch;
    }

    private BatchTicket Begin(long first, long next) => _ledger.Begin(BatchOf(_lease, first, next));
}
