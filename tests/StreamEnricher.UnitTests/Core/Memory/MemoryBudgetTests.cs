using CsCheck;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.UnitTests.Core.Memory;

public sealed class MemoryBudgetTests
{
    [Fact]
    public void TryReserve_takes_up_to_the_limit_and_not_a_byte_more()
    {
        var budget = new MemoryBudget(100);
        Assert.NotNull(budget.TryReserve(60));
        Assert.NotNull(budget.TryReserve(40));
        Assert.Null(budget.TryReserve(1));
        Assert.Equal(100, budget.Used);
    }

    [Fact]
    public void TryReserve_lets_one_reservation_above_the_limit_pass_when_nothing_is_in_flight()
    {
        var budget = new MemoryBudget(100);
        budget.ReserveForever(30);

        var large = budget.TryReserve(500);
        Assert.NotNull(large);
        Assert.Null(budget.TryReserve(1));
        large.Dispose();

        Assert.Equal(30, budget.Used);
        Assert.NotNull(budget.TryReserve(70));
        Assert.Null(budget.TryReserve(500));
    }

    [Fact]
    public void Resize_books_more_than_the_limit_and_gives_back_what_is_less()
    {
        var budget = new MemoryBudget(100);
        var released = 0;
        budget.Released += () => released++;
        var lease = budget.TryReserve(80)!;

        lease.Resize(120);
        Assert.Equal(120, budget.Used);
        Assert.Equal(0, released);
        lease.Resize(50);

        Assert.Equal(50, budget.Used);
        Assert.Equal(1, released);
    }

    [Fact]
    public void GiveBack_returns_a_part_and_Dispose_the_rest_once()
    {
        var budget = new MemoryBudget(100);
        var released = 0;
        budget.Released += () => released++;
        var lease = budget.TryReserve(80)!;

        lease.GiveBack(30);
        Assert.Equal(50, lease.Bytes);
        Assert.Equal(50, budget.Used);
        lease.Dispose();
        lease.Dispose();

        Assert.Equal(0, budget.Used);
        Assert.Equal(2, released);
    }

    [Fact]
    public void A_lease_of_no_budget_holds_nothing()
    {
        MemoryLease.Unlimited.Resize(100);
        MemoryLease.Unlimited.GiveBack(50);
        Assert.Equal(0, MemoryLease.Unlimited.Bytes);
    }

    [Fact]
    public void Released_is_not_told_to_those_who_left()
    {
        var budget = new MemoryBudget(100);
        var told = 0;
        void Tell() => told++;
        budget.Released += Tell;
        budget.Released -= Tell;

        budget.TryReserve(1)!.Dispose();

        Assert.Equal(0, told);
    }

    [Fact]
    public void Used_is_what_all_leases_hold_and_reservations_respect_the_limit() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 9], Gen.Long[0, 120]).Array[0, 60].Sample(
            static steps =>
            {
                var budget = new MemoryBudget(100);
                var leases = new List<MemoryLease>();
                foreach (var (kind, which, bytes) in steps)
                {
                    var before = budget.Used;
                    if (kind == 0)
                    {
                        if (budget.TryReserve(bytes) is { } lease)
                        {
                            Assert.True(before == 0 || before + bytes <= budget.Limit);
                            leases.Add(lease);
                        }
                        else
                        {
                            Assert.True(before > 0 && before + bytes > budget.Limit);
                        }
                    }
                    else if (leases.Count > 0)
                    {
                        var lease = leases[which % leases.Count];
                        switch (kind)
                        {
                            case 1:
                                lease.Resize(bytes);
                                break;
                            case 2:
                                lease.GiveBack(Math.Min(bytes, lease.Bytes));
                                break;
                            default:
                                lease.Dispose();
                                leases.Remove(lease);
                                break;
                        }
                    }

                    Assert.Equal(leases.Sum(static lease => lease.Bytes), budget.Used);
                }
            },
            iter: 5000);

    [Fact]
    public async Task Reservations_at_the_same_time_never_exceed_the_limit_and_all_come_back()
    {
        var budget = new MemoryBudget(100);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 20_000; i++)
            {
                using var lease = budget.TryReserve(random.Next(1, 60));
                if (lease is not null)
                {
                    Assert.InRange(budget.Used, lease.Bytes, 100);
                }
            }
        })));

        Assert.Equal(0, budget.Used);
    }
}
