using System.Text;
using System.Text.Json;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Delivery.Intelligence;

namespace StreamEnricher.UnitTests.Delivery.Intelligence;

public sealed class StixObjectReaderTests
{
    [Fact]
    public void Id_version_and_references_are_read_and_the_json_is_cut_to_the_object()
    {
        var read = Read("""
             {"type":"sighting","id":"sighting--1","modified":"2026-01-01T00:00:00.000Z","created_by_ref":"identity--1","where_sighted_refs":["identity--1","identity--2"],
             "extensions":{"x":{"id":"other","nested_ref":"a--1"}},"name":"{} }"}

            """);
        Assert.Equal(("sighting--1", "2026-01-01T00:00:00.000Z"), (read.Id, read.Modified));
        Assert.Equal(["identity--1", "identity--2", "a--1"], read.References);
        Assert.Equal(('{', '}'), ((char)read.Json.Span[0], (char)read.Json.Span[^1]));
    }

    [Fact]
    public void Objects_without_versions_have_none() => Assert.Null(Read("""{"type":"marking-definition","id":"marking-definition--1","created":"2017-01-20T00:00:00.000Z"}""").Modified);

    [Theory]
    [InlineData("{\"type\":\"indicator\"}")]
    [InlineData("{\"id\":1}")]
    [InlineData("nothing")]
    public void What_has_no_id_is_no_object(string json) => Assert.ThrowsAny<JsonException>(() => Read(json));

    private static StixDelivery Read(string json) => StixObjectReader.Read(Encoding.UTF8.GetBytes(json));
}
