using CsCheck;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Delivery.Intelligence;
using StreamEnricher.Testing.Delivery;

namespace StreamEnricher.UnitTests.Delivery.Intelligence;

public sealed class StixGroupTests
{
    [Fact]
    public void Any_group_is_cut_so_that_each_object_goes_once_behind_what_it_refers_to() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[4, 12], Gen.Int[600, 4000], Gen.Int[0, 1000]).Sample((count, maxObjects, maxBytes, seed) =>
        {
            var objects = Objects(count, new Random(seed));
            var group = new StixGroup(objects);
            var open = group.ToSend(new SentObjects());
            var sent = new List<int>();
            while (open.Count > 0)
            {
                var envelope = group.Next(open, maxObjects, maxBytes);
                Assert.NotEmpty(envelope.Wanted);
                Assert.Equal(envelope.All.Order(), envelope.All);
                Assert.Empty(envelope.Wanted.Except(envelope.All));
                if (envelope.All.Count > 1)
                {
                    Assert.InRange(envelope.All.Count, 1, maxObjects);
                    Assert.InRange(envelope.Body(group).Length, 1, maxBytes);
                    Assert.All(envelope.All, index => Assert.All(objects[index].References, id => Assert.Contains(envelope.All, other => objects[other].Id == id)));
                }

                sent.AddRange(envelope.Wanted);
                Assert.All(envelope.Wanted, index => Assert.All(objects[index].References, id => Assert.Contains(sent, other => objects[other].Id == id)));
            }

            Assert.Equal(Enumerable.Range(0, count), sent);
        }, iter: 300);

    [Fact]
    public void A_refused_object_is_not_repeated_for_others()
    {
        var group = new StixGroup(StixObjects.Group(1));
        group.Refuse(0);
        Assert.Equal([1], group.Part([1]).All);
    }

    [Fact]
    public void Objects_that_refer_to_each_other_go_together()
    {
        var one = StixObjects.Of("a", 1, "one", references: ["b--00000000-0000-4000-8000-000000000001"]);
        var other = StixObjects.Of("b", 1, "other", references: [one.Id]);
        Assert.Equal([0, 1], new StixGroup([one, other]).Part([0]).All);
    }

    private static List<StixDelivery> Objects(int count, Random random)
    {
        var objects = new List<StixDelivery>();
        for (var i = 0; i < count; i++)
        {
            var references = Enumerable.Range(0, Math.Min(i, 2)).Select(_ => objects[random.Next(i)].Id).Distinct().ToList();
            objects.Add(StixObjects.Of("x", i, $"o{i}", references: references, padding: random.Next(300)));
        }

        return objects;
    }
}
