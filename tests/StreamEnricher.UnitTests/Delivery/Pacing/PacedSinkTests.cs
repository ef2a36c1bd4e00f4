using Microsoft.Extensions.Time.Testing;
using StreamEnricher.Delivery.Pacing;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Engine;

namespace StreamEnricher.UnitTests.Delivery.Pacing;

public sealed class PacedSinkTests
{
    [Fact]
    public async Task A_batch_waits_until_those_before_it_have_used_up_their_time()
    {
        var clock = new FakeTimeProvider();
        var inner = new SteppedSink("events", clock);
        await using var sink = new PacedSink(inner, new RateLimit(2, IsBytes: false), clock);
        using var first = SinkBatches.Of("a", "b", "c", "d");
        using var second = SinkBatches.Of("e");
        var one = sink.DeliverAsync(first, TestContext.Current.CancellationToken).AsTask();
        (await inner.NextAsync()).Accept();
        Assert.Empty(await one);

        var two = sink.DeliverAsync(second, TestContext.Current.CancellationToken).AsTask();
        Assert.Equal(0, inner.Waiting);
        clock.Advance(TimeSpan.FromSeconds(2));
        (await inner.NextAsync()).Accept();
        Assert.Empty(await two);
        Assert.Equal(("events", inner.Health), (sink.Name, sink.Health));
    }
}
