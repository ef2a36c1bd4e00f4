using System.Text;
using System.Text.Json.Nodes;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Testing.Enrichment;

namespace StreamEnricher.UnitTests.Enrichment.Enriching;

public sealed class EventEnricherTests
{
    private const string Ids = """
        format: ids
        recognise: { kind: alert }
        vendor_namespace: acme.ids
        fields:
          "@timestamp": { from: time, as: timestamp }
          source.ip: { from: src, as: ip }
          destination.ip: { from: dst, as: ip }
          source.port: { from: sport }
          network.transport: { from: proto, as: lowercase }
          event.kind: { value: alert }
          event.category: { value: [intrusion_detection, network] }
          event.type: { value: [info] }
          event.severity: { from: alert.level, map: { 1: 75, 2: 50 }, default: 10 }
          rule.id: { from: alert.sid }
          rule.name: { from: alert.text }
          tags: { from: tags }
          host.name: { from: sensor }
        event:
          type: { from: kind }
          description: [ alert.text ]
          confidence: confidence
        attack: { techniques: [ alert.techniques ] }
        indicators:
          - { type: ip, from: src, role: source }
        """;

    private const string Alert = """
        {"kind":"alert","time":"2026-03-01T08:00:00.5+01:00","src":"198.51.100.7","dst":"db-01","sport":4711,"proto":"TCP","alert":{"sid":2010935,"text":"ET SCAN suspicious","level":1,"rev":3,"techniques":["T1046"]},"tags":["a","b"],"sensor":"ids-1","extra":{"n":1}}
        """;

    [Fact]
    public async Task Ecs_document_has_each_field_in_its_place_and_keeps_the_rest()
    {
        using var bench = new EnrichmentBench([Ids], "ids");
        var document = (await bench.EnrichAsync(Alert)).Ecs();
        var id = document["event"]!["id"]!.GetValue<string>();
        JsonAssert.Equal(
            """
            {"@timestamp":"2026-03-01T07:00:00.500Z","ecs":{"version":"9.4.0"},"tags":["a","b"],
             "event":{"id":"ID","kind":"alert","category":["intrusion_detection","network"],"type":["info"],"severity":75},
             "source":{"address":"198.51.100.7","ip":"198.51.100.7","port":4711},
             "destination":{"address":"db-01","domain":"db-01"},
             "network":{"transport":"tcp"},
             "rule":{"id":"2010935","name":"ET SCAN suspicious"},
             "host":{"name":"ids-1"},
             "threat":{"framework":"MITRE ATT&CK",
               "tactic":{"id":["TA0007"],"name":["Discovery"],"reference":["https://attack.mitre.org/tactics/TA0007/"]},
               "technique":{"id":["T1046"],"name":["Network Service Discovery"],"reference":["https://attack.mitre.org/techniques/T1046/"]}},
             "related":{"ip":["198.51.100.7"],"hosts":["db-01","ids-1"]},
             "cybersecurity":{"event_id":"ID","source_service":"topic","confidence_score":0.9,
               "evidence":[{"provider":"declared","techniques":["T1046"],"confidence":0.9,"field":"alert.techniques","value":"T1046"}],"attack_version":"19"},
             "kafka":{"topic":"topic","partition":2,"offset":0},
             "acme":{"ids":{"kind":"alert","alert":{"level":1,"rev":3,"techniques":["T1046"]},"extra":{"n":1}}}}
            """.Replace("ID", id, StringComparison.Ordinal),
            document);
    }

    [Fact]
    public async Task A_fault_of_the_engine_costs_one_event_which_has_its_id()
    {
        using var bench = new EnrichmentBench([Ids], "ids");
        var good = EnrichmentBench.Batch(Alert);
        var expected = (await bench.EnrichAsync(good, CancellationToken.None)).Source.Records[0].EventId;
        var batch = new EventBatch(4096, 1, MemoryLease.Unlimited);
        batch.TryAppend(new PartitionLease("a source that nobody knows", "topic", 2, [0, 0, 0]), 0, 0, Encoding.UTF8.GetBytes(Alert), false, default, true, default);

        var enriched = await bench.EnrichAsync(batch, CancellationToken.None);

        Assert.Equal(DeadLetterReason.EnrichmentFailed, Assert.Single(enriched.Rejected).Reason);
        Assert.Equal(expected, enriched.Source.Records[0].EventId);
    }

    [Fact]
    public async Task A_replayed_event_gives_the_same_bytes_as_the_first_time_and_only_to_the_sink_that_is_meant()
    {
        const string timeless = """{"kind":"alert","src":"198.51.100.7","alert":{"sid":1,"level":1,"text":"x"}}""";
        using var bench = new EnrichmentBench([Ids], "ids");
        var first = await bench.EnrichAsync(EnrichmentBench.Batch(timeless), CancellationToken.None);
        var origin = new ReplayOrigin("topic", 2, 0, first.Source.Records[0].Timestamp, null);

        var toAll = await bench.EnrichAsync(Replayed(timeless, origin), CancellationToken.None);
        var toOne = await bench.EnrichAsync(Replayed(timeless, origin with { Sink = "splunk" }), CancellationToken.None);

        for (var sink = 0; sink < bench.Sinks.Length; sink++)
        {
            Assert.Equal(Text(first.BySink[sink]), Text(toAll.BySink[sink]));
        }

        Assert.Equal(["splunk"], bench.Sinks.Zip(toOne.BySink).Where(static pair => pair.Second is { Count: > 0 }).Select(static pair => pair.First.Name));
    }

    [Fact]
    public async Task Bulk_item_is_a_create_action_with_the_event_id_and_one_line_of_document()
    {
        using var bench = new EnrichmentBench([Ids], "ids");
        var texts = await bench.EnrichAsync(Alert);
        var lines = texts.BySink["siem"][0].Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal("", lines[2]);
        Assert.Equal($$$"""{"create":{"_index":"logs-test-default","_id":"{{{texts.Ecs()["event"]!["id"]}}}"}}""", lines[0]);
    }

    [Fact]
    public async Task Event_id_is_the_XxHash128_of_topic_partition_offset_and_value()
    {
        using var bench = new EnrichmentBench([Ids], "ids");
        var texts = await bench.EnrichAsync("{}");
        byte[] hashed = [.. "topic"u8, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, .. "{}"u8];
        Assert.Equal(Convert.ToHexStringLower(System.IO.Hashing.XxHash128.Hash(hashed)), texts.Ecs()["event"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Hec_envelope_carries_the_common_event_techniques_and_position()
    {
        using var bench = new EnrichmentBench([Ids], "ids");
        var texts = await bench.EnrichAsync(Alert);
        var envelope = texts.Hec();
        Assert.Equal("1772348400.5", envelope["time"]!.ToJsonString());
        Assert.Equal("ids-1", (string?)envelope["host"]);
        Assert.Equal("topic", (string?)envelope["source"]);
        Assert.Equal("T1046", (string?)envelope["event"]!["mitre_attack"]!["technique_ids"]![0]);
        Assert.Equal("Network Service Discovery", (string?)envelope["event"]!["mitre_attack"]!["techniques"]![0]!["name"]);
        Assert.Equal("high", (string?)envelope["event"]!["severity"]);
        Assert.Equal("db-01", (string?)envelope["event"]!["destination"]);
        Assert.Equal("T1046", (string?)envelope["fields"]!["technique_id"]![0]);
        Assert.Equal(2, (int?)envelope["fields"]!["kafka_partition"]);
        JsonAssert.Equal(Alert, envelope["event"]!["metadata"]!["original_event"]!);
    }

    [Fact]
    public async Task Common_event_has_its_members_indicators_and_original()
    {
        using var bench = new EnrichmentBench([Ids], "ids");
        var common = (await bench.EnrichAsync(Alert)).Event();
        Assert.Equal("alert", (string?)common["event_type"]);
        Assert.Equal("198.51.100.7", (string?)common["source"]);
        Assert.Equal("ET SCAN suspicious", (string?)common["description"]);
        Assert.Equal("topic", (string?)common["source_service"]);
        JsonAssert.Equal("""[{"id":"ip:198.51.100.7","type":"ip","value":"198.51.100.7"}]""", common["related_indicators"]!);
        JsonAssert.Equal("""{"topic":"topic","partition":2,"offset":0}""", common["metadata"]!["kafka"]!);
        JsonAssert.Equal(Alert, common["metadata"]!["original_event"]!);
    }

    [Theory]
    [InlineData("", DeadLetterReason.EmptyValue)]
    [InlineData("{\"a\":", DeadLetterReason.MalformedJson)]
    [InlineData("[1]", DeadLetterReason.NotAnObject)]
    [InlineData("5", DeadLetterReason.NotAnObject)]
    [InlineData("{\"a\":\"\u0001\"}", DeadLetterReason.MalformedJson)]
    public async Task What_is_no_event_is_refused_with_a_reason_and_the_others_go_on(string bad, string reason)
    {
        using var bench = new EnrichmentBench([Ids], "ids");
        var texts = await bench.EnrichAsync(Alert, bad, Alert);
        var rejected = Assert.Single(texts.Rejected);
        Assert.Equal(1, rejected.Record);
        Assert.Equal(reason, rejected.Reason);
        Assert.NotEmpty(rejected.Detail);
        Assert.Equal(2, texts.BySink["siem"].Count);
    }

    [Fact]
    public async Task An_event_that_its_format_does_not_fit_is_mapped_as_generic()
    {
        using var bench = new EnrichmentBench([Ids], "ids");
        var document = (await bench.EnrichAsync("""{"kind":"other","src":"not mapped"}""")).Ecs();
        Assert.Equal("event", (string?)document["event"]!["kind"]);
        Assert.Equal("not mapped", (string?)document["generic"]!["event"]!["src"]);
        Assert.Equal("2023-11-14T22:13:20.123Z", (string?)document["@timestamp"]);
    }

    [Fact]
    public async Task Auto_finds_the_format_of_each_event()
    {
        using var bench = new EnrichmentBench([Ids], null);
        var texts = await bench.EnrichAsync(Alert, """{"unknown":1}""");
        Assert.Equal("2010935", (string?)texts.Ecs(0)["rule"]!["id"]);
        Assert.Equal(1, (int?)texts.Ecs(1)["generic"]!["event"]!["unknown"]);
    }

    [Fact]
    public async Task A_value_that_does_not_fit_its_field_stays_under_the_vendor_namespace()
    {
        using var bench = new EnrichmentBench([Ids], "ids");
        var document = (await bench.EnrichAsync("""{"kind":"alert","sport":"none","alert":{"level":9,"text":""},"proto":"-"}""")).Ecs();
        Assert.Null(document["source"]);
        Assert.Equal(10, (int?)document["event"]!["severity"]);
        JsonAssert.Equal("""{"kind":"alert","sport":"none","alert":{"level":9}}""", document["acme"]!["ids"]!);
    }

    [Fact]
    public async Task Names_with_dots_become_objects_under_the_vendor_namespace()
    {
        using var bench = new EnrichmentBench([Ids], "ids");
        var document = (await bench.EnrichAsync("""{"kind":"alert","a.b":1,"a":{"c":2},"x":1,"x.y":2,"alert":{"q.r":true,"sid":7}}""")).Ecs();
        JsonAssert.Equal("""{"kind":"alert","a":{"b":1,"c":2},"x":{"y":2,"value":1},"alert":{"q":{"r":true}}}""", document["acme"]!["ids"]!);
        Assert.Equal("7", (string?)document["rule"]!["id"]);
    }

    [Fact]
    public async Task An_event_over_several_lines_becomes_one_line_in_every_output()
    {
        using var bench = new EnrichmentBench([Ids], "ids");
        var texts = await bench.EnrichAsync("{\r\n \"kind\" : \"alert\",\n \"extra\" : { \"text\" : \"a \\n b\" ,\n \"n\" : [ 1 ,\n 2 ] }\n}\n");
        Assert.All(texts.BySink["siem"], item => Assert.Equal(2, item.Count(c => c == '\n')));
        Assert.All(texts.BySink["splunk"], item => Assert.Equal(1, item.Count(c => c == '\n')));
        Assert.All(texts.BySink["events"], item => Assert.DoesNotContain('\n', item));
        JsonAssert.Equal("""{"text":"a \n b","n":[1,2]}""", texts.Ecs()["acme"]!["ids"]!["extra"]!);
    }

    [Fact]
    public async Task Deep_values_become_text_so_that_no_index_refuses_them()
    {
        using var bench = new EnrichmentBench([Ids], "ids");
        var deep = string.Concat(Enumerable.Repeat("{\"d\":", 30)) + "1" + new string('}', 30);
        var document = (await bench.EnrichAsync($$"""{"kind":"alert","deep":{{deep}}}""")).Ecs();
        Assert.True(Depth(document) <= 20, $"depth {Depth(document)}");
    }

    [Fact]
    public async Task A_sink_that_has_an_offset_already_does_not_get_it_again()
    {
        using var bench = new EnrichmentBench([Ids], "ids");
        var texts = await bench.EnrichAsync(Alert, Alert);
        Assert.Equal(2, texts.BySink["siem"].Count);
        Assert.NotEqual(texts.Ecs(0)["event"]!["id"]!.GetValue<string>(), texts.Ecs(1)["event"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_same_record_gives_the_same_bytes_whatever_came_before()
    {
        using var first = new EnrichmentBench([Ids], null);
        using var second = new EnrichmentBench([Ids], null);
        await second.EnrichAsync("""{"kind":"alert","alert":{"techniques":["T1059.001","T1110"]}}""", "{}", "[]");
        var left = await first.EnrichAsync(Alert, "{\"a\":1}");
        var right = await second.EnrichAsync(Alert, "{\"a\":1}");
        Assert.Equal(left.BySink["siem"], right.BySink["siem"]);
        Assert.Equal(left.BySink["splunk"], right.BySink["splunk"]);
        Assert.Equal(left.BySink["events"], right.BySink["events"]);
    }

    [Fact]
    public async Task Unmapped_drop_leaves_out_the_vendor_namespace_and_the_original()
    {
        using var bench = new EnrichmentBench([Ids], "ids", new OutputOptions { KeepUnmapped = false, KafkaPosition = false, Original = true });
        var texts = await bench.EnrichAsync(Alert);
        Assert.Null(texts.Ecs()["acme"]);
        Assert.Null(texts.Ecs()["kafka"]);
        Assert.Equal(Alert, (string?)texts.Ecs()["event"]!["original"]);
        Assert.Null(texts.Hec()["event"]!["metadata"]);
        Assert.Null(texts.Event()["metadata"]!["original_event"]);
    }

    private static int Depth(JsonNode? node) => node switch
    {
        JsonObject map => 1 + map.Select(member => Depth(member.Value)).DefaultIfEmpty().Max(),
        JsonArray list => list.Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };

    private static EventBatch Replayed(string value, ReplayOrigin origin)
    {
        var header = new byte[512];
        var length = RecordHeaders.Write(header, ReplayOrigin.HeaderName, origin.ToHeader(), isNull: false);
        var batch = new EventBatch(4096, 1, MemoryLease.Unlimited);
        batch.TryAppend(new PartitionLease("test", "topic", 7, [0, 0, 0, 0]), 4711, 1_800_000_000_000, Encoding.UTF8.GetBytes(value), false, "key"u8, false, header.AsSpan(0, length));
        return batch;
    }

    private static string Text(EncodedBatch? batch) => Encoding.UTF8.GetString(batch!.Slice(0, batch.Length).Span);
}
