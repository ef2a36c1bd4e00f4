using System.Text;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.UnitTests.Enrichment.Scanning;

public sealed class ScanPlanBuilderTests
{
    [Fact]
    public void Entries_tell_level_path_name_and_where_they_lead()
    {
        var builder = new ScanPlanBuilder();
        var (whole, inner) = (builder.AddSlot(), builder.AddSlot());
        builder.AddPath(inner, ["alert", "meta.data", "id"]);
        builder.AddPath(whole, ["alert"]);
        var plan = builder.Build();

        Assert.Equal(2, plan.SlotCount);
        Assert.Equal(
            ["0 alert slot 0 child 1", "1 alert/meta.data slot -1 child 2", "2 alert/meta.data/id slot 1 child -1"],
            plan.Entries.Select(entry => $"{entry.Level} {string.Join('/', entry.Path)} slot {entry.Slot} child {entry.Child}"));
        Assert.Equal([false, true, false], plan.Entries.Select(entry => entry.IsDotted));
        Assert.Equal([0, 1, 2], plan.Entries.Select(entry => (int)entry.Index));
    }

    [Fact]
    public void Name_tokens_are_JSON_strings()
    {
        var builder = new ScanPlanBuilder();
        builder.AddPath(builder.AddSlot(), ["a\"b\\c\u0001größe"]);
        Assert.Equal("\"a\\\"b\\\\c\\u0001größe\"", Encoding.UTF8.GetString(builder.Build().Entries[0].NameToken));
    }

    [Fact]
    public void A_path_may_be_given_twice_for_one_slot_but_not_for_two()
    {
        var builder = new ScanPlanBuilder();
        var (first, second) = (builder.AddSlot(), builder.AddSlot());
        builder.AddPath(first, ["alert", "id"]);
        builder.AddPath(first, ["alert", "id"]);
        Assert.Equal(2, builder.Build().Entries.Length);
        Assert.Contains("alert.id", Assert.Throws<ArgumentException>(() => builder.AddPath(second, ["alert", "id"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot_must_exist_and_a_path_have_names()
    {
        var builder = new ScanPlanBuilder();
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.AddPath(0, ["a"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.AddPath(-1, ["a"]));
        Assert.Throws<ArgumentException>(() => builder.AddPath(builder.AddSlot(), []));
    }

    [Fact]
    public void A_plan_has_at_most_65535_members()
    {
        // Spread over levels, because a level's names are searched one by one while a plan is made.
        var builder = new ScanPlanBuilder();
        var slot = builder.AddSlot();
        for (var i = 0; i < 255; i++)
        {
            for (var j = 0; j < 256; j++)
            {
                builder.AddPath(slot, [$"{i}", $"{j}"]);
            }
        }

        Assert.Contains("x.y", Assert.Throws<ArgumentException>(() => builder.AddPath(slot, ["x", "y"])).Message, StringComparison.Ordinal);
        Assert.Equal(65_535, builder.Build().Entries.Length);
    }
}
