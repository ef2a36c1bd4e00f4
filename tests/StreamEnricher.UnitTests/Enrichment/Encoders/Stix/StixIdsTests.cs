using System.Text;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Encoders.Stix;

namespace StreamEnricher.UnitTests.Enrichment.Encoders.Stix;

public sealed class StixIdsTests
{
    /// <summary>RFC 9562, appendix A.4, and the example of Python's uuid module.</summary>
    [Theory]
    [InlineData("www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2")]
    [InlineData("python.org", "886313e1-3b8a-5372-9b90-0c9aee199e5d")]
    public void Uuid5_gives_the_published_vectors_of_the_DNS_namespace(string name, string expected)
    {
        var input = new byte[16 + name.Length];
        new Guid("6ba7b810-9dad-11d1-80b4-00c04fd430c8").TryWriteBytes(input, bigEndian: true, out _);
        Encoding.ASCII.GetBytes(name, input.AsSpan(16));
        Assert.Equal(expected, StixIds.Uuid5(input).ToString());
    }

    /// <summary>Computed by Python: uuid.uuid5(uuid.UUID("c64eaa74-72ec-402c-81ec-2d65d3eccd54"), "identity\nACME").</summary>
    [Fact]
    public void Create_hashes_type_and_parts_in_the_products_namespace()
    {
        Assert.Equal("identity--79207745-41e2-575b-88b7-d4788ab3eb47", StixIds.Create("identity", "ACME"));
        Assert.Equal("attack-pattern--298a9dab-4722-5a5c-9980-468bf89ac9ee", StixIds.Create("attack-pattern", "identity--x", "T1059"));
    }

    [Fact]
    public void Input_gives_the_same_as_Create()
    {
        var input = new StixIdInput(new byte[128], "attack-pattern"u8);
        input.Add("identity--x"u8);
        input.Add("T1059"u8);
        Assert.Equal(StixIds.Create("attack-pattern", "identity--x", "T1059"), $"attack-pattern--{input.Uuid()}");
    }

    /// <summary>Computed by Python from the parts that docs/intelligence.md names.</summary>
    [Fact]
    public void Ids_of_an_events_objects_never_change()
    {
        using var bench = new StixBench(new StixEncoderOptions { ProducerName = "ACME" });
        var items = bench.Encode(StixEvent.Of(IndicatorType.Ip, "198.51.100.3") with { Techniques = [("T1059.001", 0.9)], Score = 0.9 });
        Assert.Equal(["indicator--e5016bc7-6f3e-546a-aafa-40385c551eeb", "relationship--29a6f006-154d-5bd3-a263-5a7814053dd0", "sighting--7ab44053-1509-544c-a3a6-4bb9868ac865"], items.Where(item => !item.Shared).Select(item => item.Id));
    }

    [Fact]
    public void Equal_events_give_equal_bytes_and_another_event_or_producer_other_ids()
    {
        var one = StixEvent.Of(IndicatorType.Domain, "evil.example") with { Techniques = [("T1046", 0.5)], Score = 0.5 };
        using var bench = new StixBench();
        using var same = new StixBench();
        using var other = new StixBench(new StixEncoderOptions { ProducerName = "Other" });
        var items = bench.Encode(one);
        Assert.Equal(items, bench.Encode(one), (left, right) => left.Text == right.Text);
        Assert.Equal(items, same.Encode(one), (left, right) => left.Text == right.Text);

        var ids = items.Where(item => !item.Shared).Select(item => item.Id).ToHashSet();
        Assert.DoesNotContain(bench.Encode(one with { EventId = "ffeeddccbbaa99887766554433221100" }), item => ids.Contains(item.Id));
        Assert.NotEqual(items[1].Id, other.Encode(one)[1].Id);
    }
}
