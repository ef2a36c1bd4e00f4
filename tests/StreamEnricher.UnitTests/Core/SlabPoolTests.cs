using StreamEnricher.Core.Batches;

namespace StreamEnricher.UnitTests.Core;

public sealed class SlabPoolTests
{
    [Fact]
    public void What_comes_back_is_given_out_again()
    {
        var pool = new SlabPool(1 << 20);
        var slab = pool.Rent(5000);
        Assert.Equal(8192, slab.Length);
        Assert.Equal((8192, 0), (pool.RentedBytes, pool.RetainedBytes));

        pool.Return(slab);
        Assert.Equal((0, 8192), (pool.RentedBytes, pool.RetainedBytes));
        Assert.Same(slab, pool.Rent(8192));
        Assert.Equal((8192, 0), (pool.RentedBytes, pool.RetainedBytes));
    }

    [Fact]
    public void Nothing_is_kept_beyond_the_bound_of_what_is_out_and_kept()
    {
        var pool = new SlabPool(3 * 4096);
        byte[][] slabs = [pool.Rent(4096), pool.Rent(4096), pool.Rent(4096), pool.Rent(4096)];

        pool.Return(slabs[0]);
        Assert.Equal((3 * 4096, 0), (pool.RentedBytes, pool.RetainedBytes));
        pool.Return(slabs[1]);
        Assert.Equal((2 * 4096, 4096), (pool.RentedBytes, pool.RetainedBytes));
    }

    [Fact]
    public void A_new_size_takes_the_place_of_the_largest_that_are_kept()
    {
        var pool = new SlabPool(16384 + 8192 + 4096);
        var (large, small) = (pool.Rent(16384), pool.Rent(4096));
        pool.Return(large);
        pool.Return(small);

        pool.Rent(8192);
        Assert.Equal((8192, 16384 + 4096), (pool.RentedBytes, pool.RetainedBytes));
        pool.Rent(8192);
        Assert.Equal((2 * 8192, 4096), (pool.RentedBytes, pool.RetainedBytes));
        Assert.Same(small, pool.Rent(100));
    }

    [Fact]
    public void An_array_that_is_none_of_its_own_is_not_kept()
    {
        var pool = new SlabPool(1 << 20);
        pool.Return(new byte[5000]);
        Assert.Equal((0, 0), (pool.RentedBytes, pool.RetainedBytes));
    }

    [Fact]
    public void Trimming_leaves_no_more_than_was_out_at_the_same_time_since_the_last_trimming()
    {
        var pool = new SlabPool(1 << 20);
        var (first, second) = (pool.Rent(4096), pool.Rent(4096));
        pool.Return(first);
        pool.Return(second);
        pool.Return(pool.Rent(16384));

        Assert.Equal(16384, pool.Trim());
        Assert.Equal((0, 8192), (pool.RentedBytes, pool.RetainedBytes));
        Assert.Equal(8192, pool.Trim());
        Assert.Equal((0, 0), (pool.RentedBytes, pool.RetainedBytes));
    }
}
