using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Enrichment.Encoders;
using static StreamEnricher.Enrichment.Encoders.IndicatorRole;
using static StreamEnricher.Enrichment.Encoders.IndicatorType;

namespace StreamEnricher.UnitTests.Enrichment.Encoders.Stix;

/// <summary>Which events and values become indicators, and how often shared objects are written.</summary>
public sealed class StixSelectionTests : IDisposable
{
    private const string Public = "198.51.100.3";
    private const string OtherPublic = "203.0.113.9";
    private const string Private = "10.0.0.5";
    private const string Md5Hash = "9e107d9d372bb6826bd81d3542a419d6";
    private const string Sha1Hash = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12";
    private const string Sha256Hash = "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46bd8d3c5f1b8b1e2c3d4e5f6";

    private readonly StixBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Alert_needs_no_technique_and_an_observation_does()
    {
        var alert = StixEvent.Of(Ip, Public);
        Assert.NotEmpty(_bench.Encode(alert));
        Assert.Empty(_bench.Encode(alert with { IsAlert = false }));
        Assert.NotEmpty(_bench.Encode(alert with { IsAlert = false, Techniques = [("T1046", 0.5)], Score = 0.5 }));
    }

    [Fact]
    public void Event_without_a_value_to_share_gives_nothing_not_even_shared_objects() =>
        Assert.Empty(_bench.Encode(new StixEvent((Ip, Source, Private), (Ip, Destination, "192.168.1.1")) { Techniques = [("T1046", 0.5)], Score = 0.5 }));

    [Fact]
    public void Public_source_is_the_attacker_and_its_destination_is_not() =>
        Assert.Equal([Public], Names((Ip, Source, Public), (Ip, Destination, OtherPublic), (Domain, Destination, "www.us.example"), (Url, Destination, "http://www.us.example/")));

    [Fact]
    public void Destination_is_the_attacker_when_the_source_is_private() =>
        Assert.Equal([OtherPublic, "evil.example"], Names((Ip, Source, Private), (Domain, Source, "pc.us.example"), (Ip, Destination, OtherPublic), (Domain, Destination, "evil.example")));

    [Fact]
    public void Destination_is_the_attacker_when_there_is_no_source() => Assert.Equal([OtherPublic], Names((Ip, Destination, OtherPublic)));

    [Fact]
    public void Names_and_hashes_of_no_side_are_shared_and_addresses_are_not() =>
        Assert.Equal(
            ["evil.example", "http://evil.example/x", Sha256Hash],
            Names((Ip, Unknown, Public), (Domain, Unknown, "evil.example"), (Url, Unknown, "http://evil.example/x"), (Sha256, Unknown, Sha256Hash)));

    [Fact]
    public void Victims_are_never_shared() =>
        Assert.Empty(Names((Ip, Victim, Public), (Domain, Victim, "us.example"), (Url, Victim, "http://us.example/"), (Sha256, Victim, Sha256Hash)));

    [Fact]
    public void Email_and_other_values_are_never_shared() => Assert.Empty(Names((Email, Attacker, "a@evil.example"), (Other, Attacker, "evil")));

    [Fact]
    public void File_is_named_by_its_strongest_hash()
    {
        Assert.Equal([Sha256Hash], Names((Md5, Unknown, Md5Hash), (Sha1, Unknown, Sha1Hash), (Sha256, Unknown, Sha256Hash)));
        Assert.Equal([Sha1Hash], Names((Md5, Unknown, Md5Hash), (Sha1, Unknown, Sha1Hash)));
        Assert.Equal([Md5Hash], Names((Md5, Unknown, Md5Hash)));
    }

    [Fact]
    public void More_weak_hashes_than_strong_ones_are_of_other_files() =>
        Assert.Equal(
            [Md5Hash, Md5Hash.Replace('9', 'a'), Sha256Hash],
            Names((Md5, Attacker, Md5Hash), (Md5, Attacker, Md5Hash.Replace('9', 'a')), (Sha256, Attacker, Sha256Hash)));

    [Fact]
    public void Two_spellings_of_a_value_are_one_indicator() =>
        Assert.Equal(["evil.example", "2001:db8::1"], Names((Domain, Attacker, "Evil.Example."), (Domain, Unknown, "evil.example"), (Ip, Attacker, "2001:DB8:0::1"), (Ip, Source, "2001:db8::1")));

    [Fact]
    public void Shared_objects_come_once_a_batch_before_their_first_use()
    {
        var items = _bench.Encode(
            StixEvent.Of(Ip, Public),
            StixEvent.Of(Ip, Public) with { Techniques = [("T1046", 0.5)], Score = 0.5 },
            StixEvent.Of(Ip, OtherPublic) with { Techniques = [("T1046", 0.5), ("T1059.001", 0.5)], Score = 0.5 });
        Assert.Equal(
            [
                (0, "marking-definition"), (0, "identity"), (0, "indicator"), (0, "sighting"),
                (1, "identity"), (1, "marking-definition"), (1, "attack-pattern"), (1, "indicator"), (1, "relationship"), (1, "sighting"),
                (2, "attack-pattern"), (2, "indicator"), (2, "relationship"), (2, "relationship"), (2, "sighting"),
            ],
            items.Select(item => (item.Record, item.Type)));
        Assert.All(items, item => Assert.Equal(item.Type is "marking-definition" or "identity" or "attack-pattern", item.Shared));
        Assert.Equal(items.Count(item => item.Shared), items.Where(item => item.Shared).Select(item => item.Id).Distinct().Count());
    }

    [Fact]
    public void Each_batch_has_shared_objects_of_its_own_though_their_events_alternate()
    {
        var batch = new EventBatch(1024, 1, MemoryLease.Unlimited);
        batch.TryAppend(new PartitionLease("test", "topic", 0, [0]), 0, 0, "{}"u8, false, default, true, default);
        using (var left = new EncodedBatch(batch, 64))
        using (var right = new EncodedBatch(batch, 64))
        {
            foreach (var output in new[] { left, right, left, right })
            {
                _bench.Encode(StixEvent.Of(Ip, Public) with { Techniques = [("T1046", 0.5)], Score = 0.5 }, 0, output);
            }

            Assert.Equal(5 + 3 + 3, left.Count);
            Assert.Equal(5 + 3 + 3, right.Count);
        }

        batch.Release();
    }

    [Fact]
    public void Every_reference_leads_to_an_object_of_the_batch()
    {
        var items = _bench.Encode(new StixEvent((Ip, Source, Public), (Url, Attacker, "http://evil.example/")) { Techniques = [("T1055.013", 0.5), ("T1059.001", 0.5)], Score = 0.5 });
        var known = items.Select(item => item.Id).ToHashSet();
        string[] references = ["created_by_ref", "source_ref", "target_ref", "sighting_of_ref"];
        string[] lists = ["object_marking_refs", "where_sighted_refs"];
        var wanted = items.SelectMany(item => references.Select(name => item[name]).OfType<string>()
            .Concat(lists.SelectMany(name => item.Json[name]?.AsArray() ?? []).Select(node => node!.GetValue<string>())));
        Assert.Subset(known, wanted.ToHashSet());
    }

    private IEnumerable<string?> Names(params (IndicatorType, IndicatorRole, string)[] indicators) =>
        _bench.Encode(new StixEvent(indicators)).Where(item => item.Type == "indicator").Select(item => item["name"]);
}
