using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;

namespace StreamEnricher.UnitTests.Core;

public sealed class ReplayOriginTests
{
    private static readonly ReplayOrigin Origin = new("first-topic", 3, 5_000_000_000, 1_700_000_000_123, "siem");
    private readonly PartitionLease _lease = new("all", "t", 0, [0]);

    [Fact]
    public void A_replayed_record_has_the_identity_position_and_time_of_the_first_one()
    {
        var original = Batch(new PartitionLease("all", Origin.Topic, Origin.Partition, [0]), Origin.Offset, Origin.Timestamp, []);
        var replayed = Batch(_lease, 17, 99, Header(ReplayOrigin.HeaderName, Origin.ToHeader()));

        Assert.Equal(original.IdentityAndValue(0).ToArray(), replayed.IdentityAndValue(0).ToArray());
        var position = replayed.Position(0);
        Assert.Equal((Origin.Topic, 3, 5_000_000_000), (Encoding.UTF8.GetString(position.Topic), position.Partition, position.Offset));
        Assert.Equal(Origin.Timestamp, replayed.Records[0].Timestamp);
        Assert.Equal(Origin, replayed.Replay(0));
        Assert.Equal(17, replayed.Records[0].Offset);
        Assert.Equal((17, 18), (replayed.Ranges[0].First, replayed.Ranges[0].Next));
    }

    [Fact]
    public void Its_own_headers_stay_and_the_one_of_the_replay_goes()
    {
        byte[] headers = [.. Header("trace", "t1"u8), .. Header(ReplayOrigin.HeaderName, (Origin with { Sink = null }).ToHeader()), .. Header("last", "")];
        var batch = Batch(_lease, 17, 99, headers);
        Assert.Equal(["trace", "last"], RecordHeaders.Read(batch.Headers(0)).Select(static header => header.Key));
        Assert.Null(batch.Replay(0)!.Sink);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("no json")]
    [InlineData("{}")]
    [InlineData("""{"topic":"","partition":0,"offset":0,"timestamp":0}""")]
    [InlineData("""{"topic":"a\",\"b","partition":0,"offset":0,"timestamp":0}""")]
    [InlineData("""{"topic":"t","partition":-1,"offset":0,"timestamp":0}""")]
    [InlineData("""{"topic":"t","partition":0,"offset":-1,"timestamp":0}""")]
    [InlineData("""{"topic":"t","partition":0,"offset":1.5,"timestamp":0}""")]
    [InlineData("""{"topic":"t","partition":0,"offset":0}""")]
    [InlineData("""{"topic":"t","partition":0,"offset":0,"timestamp":0,"more":1}""")]
    public void A_header_of_the_same_name_that_is_something_else_is_left_alone(string value)
    {
        var batch = Batch(_lease, 17, 99, Header(ReplayOrigin.HeaderName, Encoding.UTF8.GetBytes(value)));
        Assert.Null(batch.Replay(0));
        Assert.Equal((17, 99), (batch.Position(0).Offset, batch.Records[0].Timestamp));
        Assert.Single(RecordHeaders.Read(batch.Headers(0)));
    }

    [Fact]
    public void A_replayed_record_takes_no_more_room_than_was_reckoned()
    {
        var longTopic = new ReplayOrigin(new string('x', 249), 0, 0, 0, null);
        var header = Header(ReplayOrigin.HeaderName, longTopic.ToHeader());
        var reckoned = EventBatch.SizeOf(_lease, -1, 2, header.Length);
        var batch = Batch(_lease, 17, 99, header);
        Assert.InRange(batch.UsedBytes, 1, reckoned);
    }

    private static EventBatch Batch(PartitionLease lease, long offset, long timestamp, ReadOnlySpan<byte> headers)
    {
        var batch = new EventBatch(4096, 1, MemoryLease.Unlimited);
        Assert.True(batch.TryAppend(lease, offset, timestamp, "{}"u8, false, default, true, headers));
        return batch;
    }

    private static byte[] Header(string name, string value) => Header(name, Encoding.UTF8.GetBytes(value));

    private static byte[] Header(string name, ReadOnlySpan<byte> value)
    {
        var bytes = new byte[RecordHeaders.SizeOf(name, value)];
        RecordHeaders.Write(bytes, name, value, isNull: false);
        return bytes;
    }
}
