using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Kafka.Clients;
using StreamEnricher.Kafka.Producing;

namespace StreamEnricher.UnitTests.Kafka;

public sealed class ProducingTests
{
    [Theory]
    [InlineData(ErrorCode.NoError, Verdict.Delivered)]
    [InlineData(ErrorCode.MsgSizeTooLarge, Verdict.Rejected)]
    [InlineData(ErrorCode.InvalidRecord, Verdict.Rejected)]
    [InlineData(ErrorCode.TopicAuthorizationFailed, Verdict.Hold)]
    [InlineData(ErrorCode.SaslAuthenticationFailed, Verdict.Hold)]
    [InlineData(ErrorCode.Local_UnknownTopic, Verdict.Hold)]
    [InlineData(ErrorCode.UnknownTopicOrPart, Verdict.Hold)]
    [InlineData(ErrorCode.NotEnoughReplicas, Verdict.Retry)]
    [InlineData(ErrorCode.Local_MsgTimedOut, Verdict.Retry)]
    [InlineData(ErrorCode.Local_Fatal, Verdict.Retry)]
    [InlineData(ErrorCode.Unknown, Verdict.Retry)]
    public void An_error_is_judged_by_who_can_repair_it(ErrorCode code, Verdict expected) => Assert.Equal(expected, ProduceOutcome.Of(code));

    [Fact]
    public void Event_id_is_hex_in_big_endian_order() =>
        Assert.Equal("00112233445566778899aabbccddeeff", Encoding.ASCII.GetString(EventIdHeader.Value(new UInt128(0x0011223344556677, 0x8899aabbccddeeff))));

    [Fact]
    public void A_round_ends_with_its_last_report_and_knows_what_failed()
    {
        var round = new ProduceRound(3);
        round.Handler(0)(new DeliveryReport<byte[], byte[]> { Error = new Error(ErrorCode.NoError) });
        round.Handler(2)(new DeliveryReport<byte[], byte[]> { Error = new Error(ErrorCode.NotEnoughReplicas) });
        Assert.False(round.Done.IsCompleted);
        round.Report(1, new Error(ErrorCode.NoError));
        Assert.True(round.Done.IsCompletedSuccessfully);
        Assert.Equal((2, ErrorCode.NotEnoughReplicas), Assert.Single(round.Failed.Select(static failure => (failure.Index, failure.Error.Code))));
    }

    [Fact]
    public async Task Backoff_doubles_up_to_its_limit()
    {
        var time = new FakeTimeProvider();
        var backoff = new Backoff(time, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        var ceilings = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            ceilings.Add(backoff.Ceiling.TotalSeconds);
            var wait = backoff.WaitAsync(TestContext.Current.CancellationToken);
            time.Advance(TimeSpan.FromSeconds(ceilings[^1]));
            await wait;
        }

        Assert.Equal([1, 2, 4, 5, 5], ceilings);
    }
}
