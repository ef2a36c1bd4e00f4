using System.Text.Json;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.UnitTests.Enrichment.Attribution;

public sealed class NavigatorLayerTests
{
    [Fact]
    public void A_layer_says_its_versions_and_scores_each_technique_with_its_events()
    {
        var layer = Write(new() { ["T1059.001"] = new(12, 0.75, "windows"), ["T1003"] = new(3, 0.5) });

        Assert.Equal("""{"attack":"19","navigator":"4.9.0","layer":"4.5"}""", layer.GetProperty("versions").GetRawText());
        Assert.Equal("enterprise-attack", layer.GetProperty("domain").GetString());
        Assert.Equal("seen", layer.GetProperty("name").GetString());
        Assert.Equal(
            ["""{"techniqueID":"T1003","score":3,"enabled":true,"metadata":[{"name":"highest confidence","value":"0.5"}]}""",
             """{"techniqueID":"T1059.001","score":12,"enabled":true,"comment":"windows","metadata":[{"name":"highest confidence","value":"0.75"}]}"""],
            layer.GetProperty("techniques").EnumerateArray().Select(technique => technique.GetRawText()));
        Assert.Equal(12, layer.GetProperty("gradient").GetProperty("maxValue").GetInt64());
        Assert.False(layer.TryGetProperty("metadata", out _));
    }

    [Fact]
    public void Ids_of_an_older_release_are_counted_as_what_they_became()
    {
        var technique = Assert.Single(Write(new() { ["T1086"] = new(2, 0.9, "old"), ["T1059.001"] = new(5, 0.3, "new") }).GetProperty("techniques").EnumerateArray());

        Assert.Equal("T1059.001", technique.GetProperty("techniqueID").GetString());
        Assert.Equal(7, technique.GetProperty("score").GetInt64());
        Assert.Equal("0.9", technique.GetProperty("metadata")[0].GetProperty("value").GetString());
        Assert.Equal(["new", "old"], technique.GetProperty("comment").GetString()!.Split('\n').Order());
    }

    [Fact]
    public void Ids_that_the_release_lacks_are_named_and_not_drawn()
    {
        var layer = Write(new() { ["T9999"] = new(1, 1), ["T0800"] = new(1, 1) });

        Assert.Empty(layer.GetProperty("techniques").EnumerateArray());
        Assert.Equal("""[{"name":"not in ATT\u0026CK 19","value":"T0800, T9999"}]""", layer.GetProperty("metadata").GetRawText());
    }

    [Fact]
    public void An_empty_layer_still_has_a_gradient_that_the_Navigator_takes()
    {
        var gradient = Write([]).GetProperty("gradient");

        Assert.True(gradient.GetProperty("maxValue").GetInt64() > gradient.GetProperty("minValue").GetInt64());
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("a", null, "a")]
    [InlineData(null, "b", "b")]
    [InlineData("a", "a", "a")]
    [InlineData("a", "b", "a\nb")]
    public void Comments_of_two_are_kept_once_each(string? one, string? other, string? both) =>
        Assert.Equal(new LayerTechnique(3, 0.5, both), new LayerTechnique(1, 0.5, one).And(new LayerTechnique(2, 0.1, other)));

    private static JsonElement Write(Dictionary<string, LayerTechnique> seen)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            new NavigatorLayer("seen", AttributionTestData.Attack19, seen).WriteTo(writer);
        }

        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }
}
