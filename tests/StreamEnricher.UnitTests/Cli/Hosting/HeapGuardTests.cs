using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Cli.Hosting;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.UnitTests.Cli.Hosting;

public sealed class HeapGuardTests
{
    private const long MiB = 1 << 20;
    private readonly FakeTimeProvider _time = new();
    private readonly SlabPool _pool = new(256 * MiB);
    private readonly MemoryBudget _memory = new(256 * MiB);
    private long _heap = 30 * MiB;
    private long _live = 30 * MiB;
    private int _collections;

    [Fact]
    public async Task The_heap_may_hold_the_budget_what_was_there_before_and_little_garbage()
    {
        _memory.ReserveForever(56 * MiB);
        await using var guard = Guard();
        Assert.Equal(1, _collections);

        Look(guard, heap: (30 + 200 + 16) * MiB);
        Assert.Equal(1, _collections);
        Look(guard, heap: (30 + 200 + 17) * MiB);
        Assert.Equal(2, _collections);
        Look(guard, _live);
        Assert.Equal(2, _collections);
    }

    [Fact]
    public async Task What_lives_beyond_the_budget_is_not_collected_again_and_again()
    {
        await using var guard = Guard();
        _live = 400 * MiB;

        Look(guard, heap: 410 * MiB);
        Look(guard, heap: 464 * MiB);
        Assert.Equal(2, _collections);
        Look(guard, heap: 465 * MiB);
        Assert.Equal(3, _collections);
    }

    [Fact]
    public async Task A_large_budget_leaves_more_garbage_about()
    {
        await using var guard = new HeapGuard(new MemoryBudget(1024 * MiB), _pool, _time, () => _heap, Collect);

        Look(guard, heap: (30 + 1024 + 64) * MiB);
        Assert.Equal(1, _collections);
        Look(guard, heap: (30 + 1024 + 65) * MiB);
        Assert.Equal(2, _collections);
    }

    [Fact]
    public async Task What_batches_needed_in_a_rush_is_let_go_when_it_is_over()
    {
        await using var guard = Guard();
        _pool.Return(_pool.Rent((int)(32 * MiB)));

        for (var look = 0; look < 50; look++)
        {
            Look(guard, _live);
        }

        Assert.Equal((32 * MiB, 1), (_pool.RetainedBytes, _collections));
        for (var look = 0; look < 50; look++)
        {
            Look(guard, _live);
        }

        Assert.Equal((0, 2), (_pool.RetainedBytes, _collections));
    }

    private HeapGuard Guard() => new(_memory, _pool, _time, () => _heap, Collect);

    private void Collect()
    {
        _collections++;
        _heap = _live;
    }

    private void Look(HeapGuard guard, long heap)
    {
        _heap = heap;
        guard.Look();
    }
}
