using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.UnitTests.Core;

public sealed class EventBatchTests
{
    private static readonly PartitionLease Lease = new("ids", "suricata", 3, [0]);

    [Fact]
    public void TryAppend_keeps_identity_value_key_and_headers()
    {
        var batch = new EventBatch(1024, 4, MemoryLease.Unlimited);
        var headers = new byte[RecordHeaders.SizeOf("h", "x"u8)];
        RecordHeaders.Write(headers, "h", "x"u8, false);

        Assert.True(batch.TryAppend(Lease, 7, 99, "{}"u8, false, "key"u8, false, headers));

        Assert.Equal("{}"u8, batch.Value(0));
        Assert.Equal("key"u8, batch.Key(0));
        Assert.Equal("suricata\0\0\0\0\u0003\0\0\0\0\0\0\0\u0007{}", Encoding.UTF8.GetString(batch.IdentityAndValue(0)));
        var header = Assert.Single(RecordHeaders.Read(batch.Headers(0)));
        Assert.Equal("h", header.Key);
        Assert.Equal("x"u8, header.Value!);
        Assert.Equal(8, Assert.Single(batch.Ranges).Next);
        batch.Release();
    }

    [Fact]
    public void TryAppend_refuses_what_does_not_fit_and_keeps_the_rest()
    {
        var batch = new EventBatch(4096 - EventBatch.Padding, 100, MemoryLease.Unlimited);
        Assert.True(batch.TryAppend(Lease, 1, 0, new byte[3000], false, default, true, default));
        Assert.False(batch.TryAppend(Lease, 2, 0, new byte[3000], false, default, true, default));
        Assert.Equal(1, batch.Count);
        Assert.Equal(2, Assert.Single(batch.Ranges).Next);
        batch.Release();
    }

    [Fact]
    public void Release_gives_the_budget_back_once_the_last_holder_is_gone()
    {
        var budget = new MemoryBudget(1000);
        var batch = new EventBatch(100, 1, budget.TryReserve(600)!);
        var encoded = new EncodedBatch(batch, 10);
        batch.Release();
        Assert.Equal(600, budget.Used);
        encoded.Dispose();
        Assert.Equal(0, budget.Used);
        Assert.Throws<InvalidOperationException>(batch.Release);
        Assert.Throws<ObjectDisposedException>(() => batch.Slab);
    }

    [Fact]
    public void EncodedBatch_grows_and_keeps_items_with_keys()
    {
        var batch = new EventBatch(100, 1, MemoryLease.Unlimited);
        batch.TryAppend(Lease, 1, 0, "{}"u8, false, default, true, default);
        var encoded = new EncodedBatch(batch, 10);
        batch.Release();
        for (var i = 0; i < 100; i++)
        {
            var room = encoded.Reserve(1000);
            "key"u8.CopyTo(room);
            room.Slice(3, 997).Fill((byte)i);
            encoded.Commit(0, 997, 3);
        }

        Assert.Equal(100, encoded.Count);
        Assert.Equal("key"u8, encoded.Key(encoded.Items[99]).Span);
        Assert.Equal(997, encoded.Value(encoded.Items[99]).Length);
        Assert.Equal(98, encoded.Value(encoded.Items[98]).Span[0]);
        encoded.Dispose();
    }

    [Fact]
    public void TryReserve_refuses_above_the_limit_and_tells_when_bytes_come_back()
    {
        var budget = new MemoryBudget(100);
        var told = 0;
        budget.Released += () => told++;
        var first = budget.TryReserve(80)!;
        Assert.Null(budget.TryReserve(30));
        first.Resize(120);
        Assert.Equal(120, budget.Used);
        Assert.Equal(0, told);
        first.Dispose();
        Assert.Equal(0, budget.Used);
        Assert.Equal(1, told);
    }
}
