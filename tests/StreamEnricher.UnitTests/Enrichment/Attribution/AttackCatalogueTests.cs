using System.Text;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.UnitTests.Enrichment.Attribution;

public sealed class AttackCatalogueTests
{
    private static readonly Tactic[] Tactics = [new("TA0002", "Execution", "execution", 4)];

    [Theory]
    [InlineData("19", 697, 15)]
    [InlineData("18.1", 691, 14)]
    public void A_shipped_release_holds_its_live_techniques_only(string release, int techniques, int tactics)
    {
        var catalogue = AttributionTestData.Shipped.LoadCatalogue(release);

        Assert.Equal(release, catalogue.Version);
        Assert.Equal(techniques, catalogue.Techniques.Count);
        Assert.Equal(tactics, catalogue.Techniques.SelectMany(technique => technique.TacticIds).Distinct().Count());
        Assert.All(catalogue.Techniques, technique => Assert.True(technique.ParentId is null || catalogue.Find(technique.ParentId) is not null, technique.Id));
        Assert.All(catalogue.Techniques, technique => Assert.False(technique.Url.EndsWith('/'), technique.Url));
    }

    [Fact]
    public void Tactics_of_a_technique_stand_in_matrix_order()
    {
        var task = AttributionTestData.Attack19.Find("T1053.005")!;

        Assert.Equal("Scheduled Task", task.Name);
        Assert.Equal("T1053", task.ParentId);
        Assert.Equal(["TA0002", "TA0003", "TA0004"], task.TacticIds);
        Assert.Equal("https://attack.mitre.org/techniques/T1053/005", task.Url);
    }

    [Fact]
    public void Tactic_TA0005_has_the_name_of_its_release()
    {
        Assert.Equal("stealth", AttributionTestData.Attack19.FindTactic("TA0005")!.ShortName);
        Assert.Equal("Defense Evasion", AttributionTestData.Attack181.FindTactic("TA0005")!.Name);
        Assert.Null(AttributionTestData.Attack181.FindTactic("TA0112"));
    }

    [Theory]
    [InlineData("T1059.001", "T1059.001")]
    [InlineData("T1086", "T1059.001")]
    [InlineData("T1562.001", "T1685")]
    [InlineData("T1070.001", "T1685.005")]
    [InlineData("T1562.004", "T1686")]
    [InlineData("T9999", null)]
    [InlineData("T1059.999", null)]
    [InlineData("T0800", null)]
    [InlineData("t1059", null)]
    public void Resolve_follows_what_a_revoked_id_became(string id, string? current) =>
        Assert.Equal(current, AttributionTestData.Attack19.Resolve(Encoding.UTF8.GetBytes(id)));

    [Fact]
    public void Resolve_follows_a_chain_in_the_release_that_has_one() =>
        Assert.Equal("T1574.001", AttributionTestData.Attack181.Resolve("T1073"u8));

    [Fact]
    public void Resolve_ends_on_a_loop_and_on_a_way_to_nowhere()
    {
        var catalogue = new AttackCatalogue(
            "x", [new Technique("T1000", "One", null, ["TA0002"], "u", null, null)], Tactics,
            [new("T1001", "T1002"), new("T1002", "T1001"), new("T1003", "T1004"), new("T1005", "T1006"), new("T1006", "T1000")]);

        Assert.Null(catalogue.Resolve("T1001"u8));
        Assert.Null(catalogue.Resolve("T1003"u8));
        Assert.Equal("T1000", catalogue.Resolve("T1005"u8));
    }

    [Fact]
    public void A_live_id_is_itself_even_when_a_redirect_names_it()
    {
        var catalogue = new AttackCatalogue(
            "x", [new Technique("T1000", "One", null, [], "u", null, null), new Technique("T1001", "Two", null, [], "u", null, null)], Tactics, [new("T1000", "T1001")]);

        Assert.Equal("T1000", catalogue.Resolve("T1000"u8));
    }

    [Theory]
    [InlineData("T1059", "7385dfaf-6886-4229-9ecd-6fd678040830")]
    [InlineData("T1059.001", "970a3432-3237-47ad-bcca-7d8cbb217736")]
    [InlineData("T1190", "3f886f2a-874f-4333-b794-aa6075009b1c")]
    [InlineData("T1078", "b17a1a56-e99c-403c-8948-561df0cffe81")]
    public void Known_object_ids_are_MITREs(string id, string uuid)
    {
        Assert.Equal("attack-pattern--" + uuid, AttributionTestData.Attack19.Find(id)!.StixId);
        Assert.Equal("attack-pattern--" + uuid, AttributionTestData.Attack181.Find(id)!.StixId);
    }

    [Theory]
    [InlineData("19", 640)]
    [InlineData("18.1", 655)]
    public void Object_ids_are_random_UUIDs_and_belong_to_one_technique_each(string release, int count)
    {
        var ids = AttributionTestData.Shipped.LoadCatalogue(release).Techniques.Select(technique => technique.StixId).OfType<string>().ToArray();

        Assert.Equal(count, ids.Length);
        Assert.Equal(count, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(4, Guid.Parse(id.AsSpan("attack-pattern--".Length)).Version));
    }

    [Fact]
    public void An_unknown_release_is_refused_with_those_that_exist()
    {
        var problem = Assert.Throws<DataFileException>(() => AttributionTestData.Shipped.LoadCatalogue("17"));

        Assert.EndsWith("no such ATT&CK release; there are: 18.1, 19", problem.Message, StringComparison.Ordinal);
    }
}
