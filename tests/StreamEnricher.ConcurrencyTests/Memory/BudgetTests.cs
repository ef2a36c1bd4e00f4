using StreamEnricher.Core.Memory;

namespace StreamEnricher.ConcurrencyTests.Memory;

/// <summary>The budget under every order that the tester finds.</summary>
public sealed class BudgetTests
{
    private const int Limit = 100;

    [Fact]
    public void Reservations_side_by_side_never_exceed_the_limit_and_all_comes_back() =>
        Schedules.Explore(
            static async () =>
            {
                var budget = new MemoryBudget(Limit);
                await Task.WhenAll(Enumerable.Range(1, 3).Select(worker => Task.Run(async () =>
                {
                    for (var i = 0; i < 3; i++)
                    {
                        if (budget.TryReserve(worker * 30) is { } lease)
                        {
                            Assert.InRange(budget.Used, 0, Limit);
                            await Task.Yield();
                            lease.Resize(10);
                            await Task.Yield();
                            lease.Dispose();
                            lease.Dispose();
                        }
                    }
                })));
                Assert.Equal(0, budget.Used);
            });
}
