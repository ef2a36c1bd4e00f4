using System.Text;
using CsCheck;
using StreamEnricher.Cli.Api.Taxii;

namespace StreamEnricher.UnitTests.Cli.Api.Taxii;

public sealed class ObjectStoreTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Objects_are_served_in_the_order_of_their_time_whatever_the_order_of_reading()
    {
        var store = new ObjectStore(1 << 20);
        Add(store, "indicator", 3, seconds: 3);
        Add(store, "indicator", 1, seconds: 1);
        Add(store, "indicator", 2, seconds: 1);
        store.CaughtUp();
        Add(store, "indicator", 4, seconds: 2);

        Assert.Equal(["1", "2", "3", "4"], Names(store, new TaxiiQuery()));
        Assert.Equal(4, store.Page(new TaxiiQuery(), null, long.MaxValue).Objects.Select(static one => one.Added).Distinct().Count());
    }

    [Fact]
    public void The_same_version_again_changes_nothing()
    {
        var store = CaughtUp();
        Add(store, "identity", 1, seconds: 1);
        Add(store, "identity", 1, seconds: 50);
        var one = Assert.Single(store.Page(new TaxiiQuery(), null, long.MaxValue).Objects);
        Assert.Equal(Moments.Of(Start.AddSeconds(1)), one.Added);
    }

    [Fact]
    public void Versions_are_kept_and_chosen()
    {
        var store = CaughtUp();
        foreach (var day in new[] { 2, 1, 3 })
        {
            Add(store, "indicator", 7, seconds: day, modified: $"2026-03-0{day}T00:00:00.000Z", name: $"v{day}");
        }

        Assert.Equal(["v3"], Names(store, new TaxiiQuery()));
        Assert.Equal(["v1"], Names(store, new TaxiiQuery { First = true, Last = false }));
        Assert.Equal(["v2", "v1", "v3"], Names(store, new TaxiiQuery { All = true }));
        Assert.Equal(["v2"], Names(store, new TaxiiQuery { Last = false, Versions = new HashSet<long> { Moments.Parse("2026-03-02T00:00:00Z")!.Value } }));
    }

    [Fact]
    public void Types_ids_and_times_filter()
    {
        var store = CaughtUp();
        Add(store, "identity", 1, seconds: 1);
        Add(store, "indicator", 2, seconds: 2);
        Add(store, "sighting", 3, seconds: 3);

        Assert.Equal(["2"], Names(store, new TaxiiQuery { Types = new HashSet<string> { "indicator" } }));
        Assert.Equal(["1", "3"], Names(store, new TaxiiQuery { Ids = new HashSet<string> { Id("sighting", 3), Id("identity", 1), "nothing" } }));
        Assert.Equal(["3"], Names(store, new TaxiiQuery { AddedAfter = Moments.Of(Start.AddSeconds(2)) }));
        Assert.Equal(["2"], store.Page(new TaxiiQuery(), new HashSet<string> { "indicator" }, long.MaxValue).Objects.Select(Name));
        Assert.Empty(Names(store, new TaxiiQuery { SpecVersions = new HashSet<string> { "2.0" } }));
        Assert.Equal((true, false, false), (store.Has(Id("indicator", 2), null), store.Has(Id("indicator", 2), new HashSet<string> { "sighting" }), store.Has("x", null)));
    }

    [Fact]
    public void Any_page_size_gives_every_object_once() => Gen.Select(Gen.Int[0, 60], Gen.Int[1, 20], Gen.Int[200, 3000]).Sample((count, limit, bytes) =>
    {
        var store = CaughtUp();
        for (var i = 1; i <= count; i++)
        {
            Add(store, i % 3 == 0 ? "sighting" : "indicator", i, seconds: i / 4);
        }

        var query = new TaxiiQuery { Limit = limit };
        var got = new List<string>();
        for (var more = true; more;)
        {
            var page = store.Page(query, null, bytes);
            got.AddRange(page.Objects.Select(Name));
            more = page.More;
            query = query with { AddedAfter = page.Objects.Count > 0 ? page.Objects[^1].Added : 0 };
        }

        Assert.Equal(Enumerable.Range(1, count).Select(static i => $"{i}"), got);
    }, iter: 200);

    [Fact]
    public void The_oldest_make_room_and_what_others_refer_to_stays()
    {
        var store = new ObjectStore(60_000);
        Add(store, "identity", 1, seconds: 0);
        store.CaughtUp();
        for (var i = 2; i <= 300; i++)
        {
            Add(store, "indicator", i, seconds: i);
        }

        var names = Names(store, new TaxiiQuery());
        Assert.Equal("1", names[0]);
        Assert.Equal("300", names[^1]);
        Assert.InRange(store.Bytes, 50_000, 60_000);
        Assert.Equal(store.Count, names.Count);
        Assert.Equal(Enumerable.Range(300 - names.Count + 2, names.Count - 1).Select(static i => $"{i}"), names.Skip(1));
    }

    [Fact]
    public void Room_is_made_while_the_topic_is_being_read_too()
    {
        var store = new ObjectStore(10_000);
        for (var i = 100; i >= 1; i--)
        {
            Add(store, "indicator", i, seconds: i);
        }

        store.CaughtUp();
        Assert.Equal("100", Names(store, new TaxiiQuery())[^1]);
        Assert.InRange(store.Bytes, 8_000, 10_000);
    }

    [Fact]
    public void A_removed_object_is_gone_in_all_versions()
    {
        var store = CaughtUp();
        Add(store, "indicator", 1, seconds: 1);
        Add(store, "indicator", 1, seconds: 2, modified: "2026-03-02T00:00:00.000Z");
        Add(store, "indicator", 2, seconds: 3);
        store.Remove(Id("indicator", 1));
        store.Remove("nothing");
        Assert.Equal(["2"], Names(store, new TaxiiQuery { All = true }));
        Assert.Equal(1, store.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"id\":\"x\"}")]
    [InlineData("{\"id\":1,\"type\":\"x\"}")]
    public void What_is_no_object_is_not_taken(string json) => Assert.False(new ObjectStore(1000).Add(Encoding.UTF8.GetBytes(json), Start));

    [Fact]
    public void What_is_larger_than_all_the_room_is_not_taken() =>
        Assert.False(new ObjectStore(1000).Add(Encoding.UTF8.GetBytes($$"""{"id":"a--1","type":"a","x":"{{new string('x', 1000)}}"}"""), Start));

    private static ObjectStore CaughtUp()
    {
        var store = new ObjectStore(1 << 20);
        store.CaughtUp();
        return store;
    }

    private static string Id(string type, int number) => $"{type}--00000000-0000-4000-8000-{number:d12}";

    private static void Add(ObjectStore store, string type, int number, int seconds, string modified = "2026-03-01T00:00:00.000Z", string? name = null) => Assert.True(store.Add(
        Encoding.UTF8.GetBytes($$"""{"type":"{{type}}","spec_version":"2.1","id":"{{Id(type, number)}}","modified":"{{modified}}","name":"{{name ?? $"{number}"}}"}"""), Start.AddSeconds(seconds)));

    private static string Name(ServedObject one) => (string)System.Text.Json.Nodes.JsonNode.Parse(one.Json)!["name"]!;

    private static List<string> Names(ObjectStore store, TaxiiQuery query) => [.. store.Page(query, null, long.MaxValue).Objects.Select(Name)];
}
