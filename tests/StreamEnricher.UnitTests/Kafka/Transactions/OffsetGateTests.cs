using Confluent.Kafka;
using StreamEnricher.Kafka.Transactions;

namespace StreamEnricher.UnitTests.Kafka.Transactions;

public sealed class OffsetGateTests
{
    private static readonly TopicPartition Partition = new("t", 0);
    private readonly List<long> _written = [];

    [Fact]
    public async Task An_ordinary_commit_writes_only_what_is_above_the_last_transaction()
    {
        using var gate = new OffsetGate();
        gate.Begin(Partition, 0);
        Assert.True(await CommitAsync(gate, 5));
        gate.Wrote([new TopicPartitionOffset(Partition, 20)]);

        Assert.True(await CommitAsync(gate, 10));
        Assert.True(await CommitAsync(gate, 20));
        Assert.True(await CommitAsync(gate, 30));

        Assert.Equal([5, 30], _written);
    }

    [Fact]
    public async Task While_a_transaction_is_open_nobody_else_writes()
    {
        using var gate = new OffsetGate();
        await gate.EnterAsync(TestContext.Current.CancellationToken);
        Assert.False(await CommitAsync(gate, 5));
        gate.Exit();

        Assert.True(await CommitAsync(gate, 5));
        Assert.Equal([5], _written);
    }

    [Fact]
    public async Task A_partition_that_comes_again_begins_where_the_sink_does()
    {
        using var gate = new OffsetGate();
        gate.Begin(Partition, 50);
        gate.Begin(Partition, 10);

        await CommitAsync(gate, 20);

        Assert.Equal([20], _written);
    }

    [Fact]
    public async Task What_was_read_for_sinks_that_stand_further_back_does_not_set_this_one_back()
    {
        using var gate = new OffsetGate();
        var other = new TopicPartition("t", 1);
        gate.Begin(Partition, 3018);
        gate.Begin(other, 100);

        Assert.Equal([new TopicPartitionOffset(other, 150)], gate.Above([new TopicPartitionOffset(Partition, 1467), new TopicPartitionOffset(other, 150)]));
        Assert.True(await CommitAsync(gate, 1467));
        Assert.Empty(_written);
        Assert.True(await CommitAsync(gate, 3018));
        Assert.Equal([3018], _written);
    }

    [Fact]
    public async Task A_commit_that_fails_is_written_by_the_next_one()
    {
        using var gate = new OffsetGate();
        await Assert.ThrowsAsync<KafkaException>(() => gate.TryCommitAsync(
            [new TopicPartitionOffset(Partition, 5)], static _ => Task.FromException(new KafkaException(ErrorCode.Local_TimedOut))));

        Assert.True(await CommitAsync(gate, 5));
        Assert.Equal([5], _written);
    }

    private Task<bool> CommitAsync(OffsetGate gate, long offset) => gate.TryCommitAsync([new TopicPartitionOffset(Partition, offset)], offsets =>
    {
        _written.AddRange(offsets.Select(static one => one.Offset.Value));
        return Task.CompletedTask;
    });
}
