using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using StreamEnricher.Testing.Delivery;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>What the TAXII server answers.</summary>
public sealed class TaxiiServerTests(TaxiiFixture fixture) : IClassFixture<TaxiiFixture>
{
    private const string MediaType = "application/taxii+json;version=2.1";
    private const string Objects = "/taxii2/root/collections/all/objects/";

    [Fact]
    public async Task Discovery_leads_to_the_api_root_and_to_collections_that_can_be_read()
    {
        await using var rig = await TaxiiRig.StartAsync();

        var discovery = await rig.GetAsync("/taxii2/");
        var root = await rig.GetAsync((string)discovery.Json!["default"]!);
        var collections = await rig.GetAsync((string)discovery.Json["api_roots"]![0]! + "collections/");

        Assert.Equal("test", (string?)discovery.Json["title"]);
        Assert.Equal([MediaType], root.Json!["versions"]!.AsArray().Select(static one => (string?)one));
        Assert.Equal(["all", "indicators"], collections.Json!["collections"]!.AsArray().Select(static one => (string?)one!["alias"]));
        foreach (var collection in collections.Json["collections"]!.AsArray())
        {
            Assert.True(Guid.TryParse((string?)collection!["id"], out _));
            Assert.Equal((true, false), ((bool)collection["can_read"]!, (bool)collection["can_write"]!));
            var alone = await rig.GetAsync($"/taxii2/root/collections/{collection["id"]}/");
            Assert.True(JsonNode.DeepEquals(collection, alone.Json));
        }

        Assert.All([discovery, root, collections], static answer => Assert.Equal((HttpStatusCode.OK, MediaType), (answer.Status, answer.Type)));
    }

    [Fact]
    public async Task Objects_come_in_pages_each_once_and_say_when_they_were_added()
    {
        await using var rig = await TaxiiRig.StartAsync(objects: 24);
        var names = new List<string>();
        var next = "";
        TaxiiAnswer page;
        do
        {
            page = await rig.GetAsync($"{Objects}?limit=10{next}");
            names.Add(page.Names);
            Assert.True(string.CompareOrdinal(page.First, page.Last) < 0);
            next = $"&next={page.Json!["next"]}";
        }
        while ((bool)page.Json!["more"]!);

        Assert.Equal(["who " + string.Join(' ', Enumerable.Range(1, 9).Select(static i => $"i{i}")), "i10 i11 i12 i13 i14 i15 i16 i17 i18 i19", "i20 i21 i22 i23 i24"], names);
        Assert.Null(page.Json["next"]);
        Assert.Equal("{}", (await rig.GetAsync($"{Objects}?added_after={page.Last}")).Json!.ToJsonString());
    }

    [Fact]
    public async Task What_comes_later_is_found_behind_the_last_date()
    {
        await using var rig = await TaxiiRig.StartAsync(objects: 2);
        var first = await rig.GetAsync(Objects);
        await rig.WriteAsync(Record(StixObjects.Identity), Record(StixObjects.Indicator(3)));

        var later = await rig.GetAsync($"{Objects}?added_after={first.Last}");

        Assert.Equal(("who i1 i2", "i3"), (first.Names, later.Names));
    }

    [Fact]
    public async Task Filters_choose_ids_types_and_versions()
    {
        await using var rig = await TaxiiRig.StartAsync(objects: 2);
        var newer = StixObjects.Of("indicator", 1, "newer", "2026-03-02T00:00:00.000Z");
        await rig.WriteAsync(Record(newer), Record(StixObjects.Indicator(3)));

        Assert.Equal("who", (await rig.GetAsync($"{Objects}?match[type]=identity")).Names);
        Assert.Equal("i2 newer", (await rig.GetAsync($"{Objects}?match[id]={newer.Id},{StixObjects.Indicator(2).Id}")).Names);
        Assert.Equal("i1 newer", (await rig.GetAsync($"{Objects}?match[id]={newer.Id}&match[version]=all")).Names);
        Assert.Equal("i1", (await rig.GetAsync($"{Objects}?match[id]={newer.Id}&match[version]={StixObjects.Time}")).Names);
        Assert.Equal("", (await rig.GetAsync($"{Objects}?match[spec_version]=2.0")).Names);
        Assert.Equal("newer", (await rig.GetAsync($"{Objects}{newer.Id}/")).Names);
        Assert.Equal("i1 newer", (await rig.GetAsync($"{Objects}{newer.Id}/?match[version]=all")).Names);
        Assert.Equal("i2 newer i3", (await rig.GetAsync("/taxii2/root/collections/indicators/objects/")).Names);
        var versions = await rig.GetAsync($"{Objects}{newer.Id}/versions/");
        Assert.Equal([StixObjects.Time, "2026-03-02T00:00:00.000Z"], versions.Json!["versions"]!.AsArray().Select(static one => (string?)one));
    }

    [Fact]
    public async Task The_manifest_names_the_objects_without_their_content()
    {
        await using var rig = await TaxiiRig.StartAsync(objects: 1);

        var manifest = await rig.GetAsync("/taxii2/root/collections/all/manifest/?match[type]=indicator");

        var entry = Assert.Single(manifest.Json!["objects"]!.AsArray())!;
        Assert.Equal((StixObjects.Indicator(1).Id, StixObjects.Time, "application/stix+json;version=2.1"), ((string?)entry["id"], (string?)entry["version"], (string?)entry["media_type"]));
        Assert.Equal(manifest.First, (string?)entry["date_added"]);
    }

    [Fact]
    public async Task An_object_whose_tombstone_was_written_is_gone()
    {
        await using var rig = await TaxiiRig.StartAsync(objects: 2);
        await rig.WriteAsync((StixObjects.Indicator(1).Id, null));
        Assert.Equal("who i2", (await rig.GetAsync(Objects)).Names);
    }

    [Theory]
    [InlineData("/taxii2/other/", HttpStatusCode.NotFound)]
    [InlineData("/taxii2/root/collections/none/", HttpStatusCode.NotFound)]
    [InlineData("/taxii2/root/collections/none/objects/", HttpStatusCode.NotFound)]
    [InlineData("/taxii2/root/collections/all/objects/indicator--00000000-0000-4000-8000-000000000099/", HttpStatusCode.NotFound)]
    [InlineData("/taxii2/root/collections/indicators/objects/identity--00000000-0000-4000-8000-000000000000/versions/", HttpStatusCode.NotFound)]
    [InlineData("/taxii2/root/status/1/", HttpStatusCode.NotFound)]
    [InlineData("/taxii2/root/collections/all/objects/?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/taxii2/root/collections/all/objects/?match[x]=1", HttpStatusCode.BadRequest)]
    public async Task What_is_not_there_or_not_right_is_said_in_the_words_of_taxii(string path, HttpStatusCode status)
    {
        var answer = await fixture.Rig.GetAsync(path);

        Assert.Equal((status, MediaType, $"{(int)status}"), (answer.Status, answer.Type, (string?)answer.Json!["http_status"]));
    }

    [Theory]
    [InlineData("application/taxii+json;version=2.1", HttpStatusCode.OK)]
    [InlineData("application/taxii+json; version=2.1", HttpStatusCode.OK)]
    [InlineData("application/taxii+json", HttpStatusCode.OK)]
    [InlineData("text/html, */*;q=0.8", HttpStatusCode.OK)]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("application/taxii+json;version=2.0", HttpStatusCode.NotAcceptable)]
    [InlineData("application/json", HttpStatusCode.NotAcceptable)]
    [InlineData(";;", HttpStatusCode.NotAcceptable)]
    public async Task A_client_that_speaks_another_version_is_told_so(string? accept, HttpStatusCode status)
    {
        var answer = await fixture.Rig.SendAsync(HttpMethod.Get, "/taxii2/", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(TaxiiRig.Credentials))}", accept);
        Assert.Equal((status, MediaType), (answer.Status, answer.Type));
    }

    private static (string, string?) Record(Core.Intelligence.StixDelivery delivery) => (delivery.Id, Encoding.UTF8.GetString(delivery.Json.Span));
}
