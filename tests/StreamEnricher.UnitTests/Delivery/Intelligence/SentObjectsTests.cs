using StreamEnricher.Delivery.Intelligence;
using StreamEnricher.Testing.Delivery;

namespace StreamEnricher.UnitTests.Delivery.Intelligence;

public sealed class SentObjectsTests
{
    [Fact]
    public void A_version_is_remembered_and_another_one_is_not()
    {
        var sent = new SentObjects();
        sent.Add(StixObjects.Indicator(1));
        Assert.True(sent.Contains(StixObjects.Indicator(1)));
        Assert.False(sent.Contains(StixObjects.Indicator(2)));
        Assert.False(sent.Contains(StixObjects.Indicator(1, "2026-03-02T00:00:00.000Z")));
    }

    [Fact]
    public void What_is_asked_for_stays_and_the_rest_is_forgotten_within_the_bound()
    {
        var sent = new SentObjects(capacity: 10);
        for (var i = 1; i <= 100; i++)
        {
            sent.Add(StixObjects.Indicator(i));
            Assert.True(sent.Contains(StixObjects.Indicator(1)));
        }

        Assert.InRange(Enumerable.Range(1, 100).Count(i => sent.Contains(StixObjects.Indicator(i))), 5, 10);
    }
}
