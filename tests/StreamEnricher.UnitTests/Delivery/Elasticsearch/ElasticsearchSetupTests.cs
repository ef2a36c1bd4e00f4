using System.Text.Json.Nodes;
using StreamEnricher.Delivery.Elasticsearch.Setup;

namespace StreamEnricher.UnitTests.Delivery.Elasticsearch;

public sealed class ElasticsearchSetupTests
{
    private static readonly string[] Namespaces = ["suricata.eve", "zeek.conn", "zeek.dns", "windows.eventdata"];

    [Fact]
    public void The_component_template_comes_before_the_index_template_that_is_made_of_it_and_the_data_stream_last()
    {
        var plan = ElasticsearchSetup.Plan(isOpenSearch: false, "logs-test-default", Namespaces);

        Assert.Equal(
            [
                "PUT /_component_template/streamenricher-logs-test-default-mappings",
                "PUT /_index_template/streamenricher-logs-test-default",
                "PUT /_data_stream/logs-test-default",
            ],
            plan.Select(static request => $"{request.Method} {request.Path}"));
        var template = JsonNode.Parse(plan[1].Body!)!;
        Assert.Equal("logs-test-default", (string?)template["index_patterns"]![0]);
        Assert.Equal("streamenricher-logs-test-default-mappings", (string?)template["composed_of"]![0]);
        Assert.NotNull(template["data_stream"]);
        Assert.True((int)template["priority"]! > 201, "above what other shippers install");
    }

    [Fact]
    public void No_producer_can_blow_up_the_mapping()
    {
        var mappings = Mappings(isOpenSearch: false);
        Assert.Equal("false", mappings["dynamic"]!.ToJsonString());
        Assert.Equal("false", mappings["date_detection"]!.ToJsonString());
    }

    [Theory]
    [InlineData(false, "flattened")]
    [InlineData(true, "flat_object")]
    public void Each_vendor_namespace_and_the_evidence_are_one_flat_field(bool isOpenSearch, string type)
    {
        var properties = Mappings(isOpenSearch)["properties"]!;
        Assert.Equal(type, (string?)At(properties, "suricata", "eve")["type"]);
        Assert.Equal(type, (string?)At(properties, "zeek", "conn")["type"]);
        Assert.Equal(type, (string?)At(properties, "zeek", "dns")["type"]);
        Assert.Equal(type, (string?)At(properties, "windows", "eventdata")["type"]);
        Assert.Equal(type, (string?)At(properties, "cybersecurity", "evidence")["type"]);
    }

    [Fact]
    public void A_flattened_field_takes_long_texts_and_all_levels_that_an_event_may_have()
    {
        var field = At(Mappings(isOpenSearch: false)["properties"]!, "suricata", "eve");
        Assert.Equal(64, (int)field["depth_limit"]!);
        Assert.True((int)field["ignore_above"]! * 4 <= 32766, "a term has at most 32,766 bytes");
    }

    [Fact]
    public void OpenSearch_is_sent_no_field_type_that_it_does_not_have()
    {
        var body = ElasticsearchSetup.Plan(isOpenSearch: true, "logs-test-default", Namespaces)[0].Body;
        Assert.DoesNotContain("flattened", body, StringComparison.Ordinal);
        Assert.DoesNotContain("synthetic_source_keep", body, StringComparison.Ordinal);
        Assert.DoesNotContain("constant_keyword", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zeek", "zeek.conn")]
    [InlineData("zeek.conn", "zeek")]
    public void A_namespace_within_another_is_covered_by_the_outer_one(string first, string second)
    {
        var properties = IndexMapping.Properties(isOpenSearch: false, [first, second, first]);
        Assert.Equal("flattened", (string?)properties["zeek"]!["type"]);
        Assert.Null(properties["zeek"]!["properties"]);
    }

    [Fact]
    public void The_fields_of_ecs_and_those_of_the_engine_are_mapped()
    {
        var properties = Mappings(isOpenSearch: true)["properties"]!;
        Assert.Equal("date", (string?)properties["@timestamp"]!["type"]);
        Assert.Equal("ip", (string?)At(properties, "source", "ip")["type"]);
        Assert.Equal("long", (string?)At(properties, "event", "severity")["type"]);
        Assert.Equal("keyword", (string?)At(properties, "threat", "technique", "subtechnique", "id")["type"]);
        Assert.Equal("long", (string?)At(properties, "kafka", "offset")["type"]);
        Assert.Equal("keyword", (string?)At(properties, "cybersecurity", "event_id")["type"]);
        Assert.Equal("boolean", (string?)At(properties, "cybersecurity", "degraded")["type"]);
    }

    [Fact]
    public void A_plan_is_the_same_each_time() => Assert.Equal(
        ElasticsearchSetup.Plan(isOpenSearch: true, "logs-test-default", Namespaces), ElasticsearchSetup.Plan(isOpenSearch: true, "logs-test-default", Namespaces));

    private static JsonNode Mappings(bool isOpenSearch) =>
        JsonNode.Parse(ElasticsearchSetup.Plan(isOpenSearch, "logs-test-default", Namespaces)[0].Body!)!["template"]!["mappings"]!;

    private static JsonNode At(JsonNode properties, params ReadOnlySpan<string> path)
    {
        var node = properties[path[0]]!;
        foreach (var step in path[1..])
        {
            node = node["properties"]![step]!;
        }

        return node;
    }
}
