using System.Text;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Delivery.Intelligence;
using StreamEnricher.Testing.Delivery;

namespace StreamEnricher.UnitTests.Delivery.Intelligence;

public sealed class StixObjectSinkTests
{
    [Fact]
    public async Task The_objects_of_a_batch_are_one_group()
    {
        var destination = new FakeDestination();
        using var batch = SinkBatches.Of([.. StixObjects.Group(2).Select(static one => Encoding.UTF8.GetString(one.Json.Span) + "\n")]);

        Assert.Empty(await new StixObjectSink("intel", destination).DeliverAsync(batch, TestContext.Current.CancellationToken));

        Assert.Equal(StixObjects.Group(2).Select(static one => one.Id), Assert.Single(destination.Groups));
    }

    [Fact]
    public async Task An_event_with_refused_objects_is_one_dead_letter()
    {
        var destination = new FakeDestination
        {
            Refused = [new(2, DeadLetterReason.StixRejected, "second", 3), new(0, DeadLetterReason.TooLarge, "alone", 1)],
        };
        using var batch = SinkBatches.Of([.. StixObjects.Group(2).Select(static one => Encoding.UTF8.GetString(one.Json.Span) + "\n")]);

        var letters = await new StixObjectSink("intel", destination).DeliverAsync(batch, TestContext.Current.CancellationToken);

        Assert.Equal([new RejectedRecord(0, DeadLetterReason.TooLarge, "alone", 1), new RejectedRecord(2, DeadLetterReason.StixRejected, "second", 3)], letters);
    }

    [Fact]
    public async Task A_batch_without_objects_asks_nothing()
    {
        var destination = new FakeDestination();
        using var batch = SinkBatches.Of();
        Assert.Empty(await new StixObjectSink("intel", destination).DeliverAsync(batch, TestContext.Current.CancellationToken));
        Assert.Empty(destination.Groups);
    }

    private sealed class FakeDestination : IStixDestination
    {
        public List<IReadOnlyList<string>> Groups { get; } = [];

        public IReadOnlyList<RefusedStixObject> Refused { get; init; } = [];

        public SinkHealth Health { get; } = new(TimeProvider.System);

        public ValueTask<IReadOnlyList<RefusedStixObject>> DeliverAsync(IReadOnlyList<StixDelivery> objects, CancellationToken cancellation)
        {
            Groups.Add([.. objects.Select(static one => one.Id)]);
            return ValueTask.FromResult(Refused);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
