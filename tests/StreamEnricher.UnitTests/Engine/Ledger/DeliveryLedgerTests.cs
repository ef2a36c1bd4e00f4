using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Sources;
using StreamEnricher.Engine.Ledger;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Engine.Ledger;

public sealed class DeliveryLedgerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Progress_is_the_prefix_without_a_gap_of_each_sink_and_the_lowest_of_all()
    {
        var (ledger, lease) = Assigned(2);
        var tickets = Begin(ledger, lease, 10, 3);

        ledger.Settle(tickets[2], 0);
        ledger.Settle(tickets[0], 0);
        Assert.Equal([10, 0], Only(ledger).BySink);
        ledger.Settle(tickets[0], 1);
        ledger.Settle(tickets[1], 0);

        Assert.Equal([30, 10], Only(ledger).BySink);
        Assert.Equal(10, Only(ledger).All);
    }

    [Fact]
    public void Progress_begins_where_each_sink_does_and_never_falls()
    {
        var lease = new PartitionLease("source", "t", 0, [0, 25]);
        var ledger = new DeliveryLedger(2, _time);
        ledger.Assign([lease]);
        Assert.Equal([0, 25], Only(ledger).BySink);
        var tickets = Begin(ledger, lease, 10, 3);

        ledger.Settle(tickets[0], 1);
        Assert.Equal([0, 25], Only(ledger).BySink);
        ledger.Settle(tickets[1], 1);
        ledger.Settle(tickets[2], 1);

        Assert.Equal([0, 30], Only(ledger).BySink);
    }

    [Fact]
    public void Progress_passes_over_offsets_that_no_range_covers()
    {
        var (ledger, lease) = Assigned(1);
        var first = new PartitionRange(lease, 5) { Next = 7 };
        var second = new PartitionRange(lease, 100) { Next = 101 };
        var low = ledger.Begin([first]);
        var high = ledger.Begin([second]);

        ledger.Settle(high, 0);
        ledger.Settle(low, 0);

        Assert.Equal(101, Only(ledger).All);
    }

    [Fact]
    public void Progress_gives_the_same_instance_until_something_changes()
    {
        var (ledger, lease) = Assigned(1);
        var tickets = Begin(ledger, lease, 10, 2);
        var before = Only(ledger);

        ledger.Settle(tickets[1], 0);
        Assert.Same(before, Only(ledger));
        ledger.Settle(tickets[0], 0);

        Assert.NotSame(before, Only(ledger));
        Assert.Equal(0, before.All);
    }

    [Fact]
    public void Settle_ignores_what_was_settled_before()
    {
        var (ledger, lease) = Assigned(1);
        var tickets = Begin(ledger, lease, 10, 3);

        ledger.Settle(tickets[0], 0);
        ledger.Settle(tickets[0], 0);

        Assert.Equal(10, Only(ledger).All);
    }

    [Fact]
    public void Settle_ignores_a_lease_that_was_revoked_though_its_partition_came_back()
    {
        var (ledger, old) = Assigned(1);
        var stale = Begin(ledger, old, 10, 2);
        ledger.Settle(stale[0], 0);

        Assert.Equal(10, Assert.Single(ledger.Revoke([old])).All);
        var lease = EngineBatches.Lease(1, start: 10);
        ledger.Assign([lease]);
        Begin(ledger, lease, 10, 1);
        ledger.Settle(stale[1], 0);

        Assert.Equal(10, Only(ledger).All);
        Assert.Same(lease, Only(ledger).Lease);
        Assert.True(ledger.HasUnsettled(0));
    }

    [Fact]
    public void A_batch_is_not_wanted_for_the_sake_of_a_revoked_partition_when_the_sink_was_detached_since()
    {
        var (gone, kept) = (new PartitionLease("source", "t", 0, [0, 0]), new PartitionLease("source", "t", 1, [0, 0]));
        var ledger = new DeliveryLedger(2, _time);
        ledger.Assign([gone, kept]);
        var ticket = ledger.Begin([new PartitionRange(gone, 0) { Next = 10 }, new PartitionRange(kept, 0) { Next = 10 }]);
        ledger.Revoke([gone]);
        ledger.Detach(1);

        // Encoded only now, it has nothing of the partition that is still here: that is left to the sink's own reader.
        Assert.False(ledger.Wants(ticket, 1));
        ledger.Skip(ticket, 1);

        Assert.Equal([0, 0], Assert.Single(ledger.Progress()).BySink);
    }

    [Fact]
    public void Revoke_gives_nothing_for_a_lease_that_is_not_kept() => Assert.Empty(new DeliveryLedger(1, _time).Revoke([EngineBatches.Lease(1)]));

    [Fact]
    public void Begin_ignores_a_lease_that_was_revoked()
    {
        var (ledger, lease) = Assigned(1);
        ledger.Revoke([lease]);

        Begin(ledger, lease, 10, 1);

        Assert.False(ledger.HasUnsettled(0));
        Assert.Empty(ledger.Progress());
    }

    [Fact]
    public void Begin_refuses_a_range_below_one_that_was_begun_before()
    {
        var (ledger, lease) = Assigned(1);
        Begin(ledger, lease, 10, 2);

        var error = Assert.Throws<ArgumentException>(() => ledger.Begin([new PartitionRange(lease, 19) { Next = 30 }]));

        Assert.Contains("t/0: the range 19 to 30 was posted behind one that ends at 20", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Assign_refuses_a_lease_with_another_number_of_sinks()
    {
        var error = Assert.Throws<ArgumentException>(() => new DeliveryLedger(2, _time).Assign([EngineBatches.Lease(1)]));
        Assert.Contains("t/0 has starts for 1 sinks, the pipeline has 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_needs_a_sink() => Assert.Throws<ArgumentOutOfRangeException>(() => new DeliveryLedger(0, _time));

    [Fact]
    public void Withdraw_takes_the_last_ranges_back_and_lets_them_begin_again()
    {
        var (ledger, lease) = Assigned(1);
        var tickets = Begin(ledger, lease, 10, 2);

        var again = new PartitionRange(lease, 10) { Next = 20 };
        ledger.Withdraw(tickets[1], [again]);
        ledger.Settle(tickets[0], 0);
        Assert.Equal(10, Only(ledger).All);
        Assert.False(ledger.HasUnsettled(0));
        var ticket = ledger.Begin([again]);
        Assert.True(ledger.HasUnsettled(0));
        ledger.Settle(ticket, 0);

        Assert.Equal(20, Only(ledger).All);
    }

    [Fact]
    public void Ages_tell_how_long_the_oldest_unsettled_range_has_been_here()
    {
        var (ledger, lease) = Assigned(2);
        var old = Begin(ledger, lease, 10, 1)[0];
        _time.Advance(TimeSpan.FromSeconds(3));
        var young = ledger.Begin([new PartitionRange(lease, 10) { Next = 20 }]);
        _time.Advance(TimeSpan.FromSeconds(4));

        ledger.Settle(old, 0);
        Assert.Equal(TimeSpan.FromSeconds(7), Assert.Single(ledger.Ages()).Age);
        ledger.Settle(old, 1);
        Assert.Equal(TimeSpan.FromSeconds(4), Assert.Single(ledger.Ages()).Age);
        ledger.Settle(young, 0);
        ledger.Settle(young, 1);

        Assert.Equal(TimeSpan.Zero, Assert.Single(ledger.Ages()).Age);
    }

    [Fact]
    public void Behind_names_the_partitions_that_some_sink_has_not_settled_to_the_end()
    {
        var ledger = new DeliveryLedger(2, _time);
        var leases = new[] { EngineBatches.Lease(2), EngineBatches.Lease(2, 1), EngineBatches.Lease(2, 2) };
        ledger.Assign(leases);
        var tickets = Array.ConvertAll(leases, lease => Begin(ledger, lease, 10, 1)[0]);
        Array.ForEach(tickets, ticket => ledger.Settle(ticket, 0));
        ledger.Settle(tickets[0], 1);
        ledger.Revoke([leases[2]]);
        var ends = leases.ToDictionary(static lease => new TopicPartitionName(lease.Topic, lease.Partition), static _ => 10L);

        Assert.Same(leases[1], Assert.Single(ledger.Behind(ends)).Lease);
    }

    [Fact]
    public void Many_ranges_in_flight_settle_in_any_order()
    {
        var (ledger, lease) = Assigned(1);
        var tickets = Begin(ledger, lease, 1, 1000);
        var order = tickets.ToArray();
        new Random(7).Shuffle(order);

        foreach (var ticket in order)
        {
            Assert.True(ledger.HasUnsettled(0));
            ledger.Settle(ticket, 0);
        }

        Assert.Equal(1000, Only(ledger).All);
        Assert.False(ledger.HasUnsettled(0));
    }

    [Fact]
    public async Task Sinks_that_settle_at_the_same_time_do_not_disturb_each_other()
    {
        const int sinks = 4;
        var (ledger, lease) = Assigned(sinks);
        var tickets = Begin(ledger, lease, 1, 2000);

        await Task.WhenAll(Enumerable.Range(0, sinks).Select(sink => Task.Run(() =>
        {
            var order = tickets.ToArray();
            new Random(sink).Shuffle(order);
            var before = 0L;
            foreach (var ticket in order)
            {
                ledger.Settle(ticket, sink);
                var now = Only(ledger).BySink[sink];
                Assert.True(now >= before);
                before = now;
            }
        })));

        Assert.Equal(Enumerable.Repeat(2000L, sinks), Only(ledger).BySink);
    }

    private static PartitionProgress Only(DeliveryLedger ledger) => Assert.Single(ledger.Progress());

    private static List<BatchTicket> Begin(DeliveryLedger ledger, PartitionLease lease, int length, int count)
    {
        var tickets = new List<BatchTicket>();
        var start = lease.SinkStarts.Min();
        for (var i = 0; i < count; i++)
        {
            tickets.Add(ledger.Begin([new PartitionRange(lease, start + (i * length)) { Next = start + ((i + 1) * length) }]));
        }

        return tickets;
    }

    private (DeliveryLedger Ledger, PartitionLease Lease) Assigned(int sinks)
    {
        var ledger = new DeliveryLedger(sinks, _time);
        var lease = EngineBatches.Lease(sinks);
        ledger.Assign([lease]);
        return (ledger, lease);
    }
}
