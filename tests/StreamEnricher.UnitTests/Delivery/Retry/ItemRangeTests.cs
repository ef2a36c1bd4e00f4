using System.Text;
using StreamEnricher.Delivery.Retry;
using StreamEnricher.Testing.Delivery;

namespace StreamEnricher.UnitTests.Delivery.Retry;

public sealed class ItemRangeTests
{
    [Theory]
    [InlineData(100, 100, "0+5")]
    [InlineData(8, 100, "0+2 2+2 4+1")]
    [InlineData(9, 100, "0+2 2+2 4+1")]
    [InlineData(100, 2, "0+2 2+2 4+1")]
    [InlineData(100, 1, "0+1 1+1 2+1 3+1 4+1")]
    public void A_batch_is_cut_at_bytes_and_items(int maxBytes, int maxItems, string ranges)
    {
        using var batch = SinkBatches.Of("aaaa", "bbbb", "cccc", "dddd", "eeee");
        Assert.Equal(ranges, Text(ItemRange.Split(batch, maxBytes, maxItems)));
    }

    [Fact]
    public void An_item_that_is_larger_stands_alone()
    {
        using var batch = SinkBatches.Of("a", new string('b', 50), "c", "d");
        Assert.Equal("0+1 1+1 2+2", Text(ItemRange.Split(batch, 10, 100)));
    }

    [Fact]
    public void The_bytes_of_a_range_are_those_of_its_items()
    {
        using var batch = SinkBatches.Of("aa\n", "b\n", "ccc\n");
        Assert.Equal("b\nccc\n", Encoding.UTF8.GetString(new ItemRange(1, 2).Bytes(batch).Span));
    }

    [Fact]
    public void An_empty_batch_needs_no_request()
    {
        using var batch = SinkBatches.Of();
        Assert.Empty(ItemRange.Split(batch, 10, 10));
    }

    private static string Text(List<ItemRange> ranges) => string.Join(' ', ranges.Select(static range => $"{range.First}+{range.Count}"));
}
