using System.Text;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Elasticsearch;

namespace StreamEnricher.UnitTests.Delivery.Elasticsearch;

public sealed class BulkReplyTests
{
    [Theory]
    [InlineData(200, "", "", Verdict.Delivered, "")]
    [InlineData(201, "", "", Verdict.Delivered, "")]
    [InlineData(409, "version_conflict_engine_exception", "[1]: version conflict, document already exists (current version [1])", Verdict.Duplicate, "")]
    [InlineData(400, "document_parsing_exception", "[1:20] failed to parse field [a] of type [long]", Verdict.Rejected, "mapping_rejected")]
    [InlineData(400, "mapper_parsing_exception", "failed to parse field [a] of type [long]", Verdict.Rejected, "mapping_rejected")]
    [InlineData(400, "strict_dynamic_mapping_exception", "mapping set to strict", Verdict.Rejected, "mapping_rejected")]
    [InlineData(400, "illegal_argument_exception", "Document contains at least one immense term in field", Verdict.Rejected, "mapping_rejected")]
    [InlineData(400, "action_request_validation_exception", "id is too long", Verdict.Rejected, "mapping_rejected")]
    [InlineData(404, "document_missing_exception", "[1]: document missing", Verdict.Rejected, "mapping_rejected")]
    [InlineData(413, "", "", Verdict.Rejected, "too_large")]
    [InlineData(429, "es_rejected_execution_exception", "rejected execution", Verdict.Retry, "")]
    [InlineData(429, "cluster_block_exception", "TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark", Verdict.Retry, "")]
    [InlineData(500, "exception", "", Verdict.Retry, "")]
    [InlineData(503, "unavailable_shards_exception", "primary shard is not active", Verdict.Retry, "")]
    [InlineData(401, "security_exception", "", Verdict.Hold, "")]
    [InlineData(403, "security_exception", "action [indices:data/write/bulk[s]] is unauthorized", Verdict.Hold, "")]
    [InlineData(403, "cluster_block_exception", "FORBIDDEN/8/index write (api)", Verdict.Hold, "")]
    [InlineData(404, "index_not_found_exception", "no such index [x]", Verdict.Hold, "")]
    [InlineData(400, "index_closed_exception", "closed", Verdict.Hold, "")]
    [InlineData(400, "invalid_index_name_exception", "must be lowercase", Verdict.Hold, "")]
    [InlineData(400, "illegal_argument_exception", "no matching index template found for data stream [x]", Verdict.Hold, "")]
    [InlineData(400, "illegal_argument_exception", "only write ops with an op_type of create are allowed in data streams", Verdict.Hold, "")]
    [InlineData(400, "validation_exception", "this cluster currently has [1000]/[1000] maximum shards open;", Verdict.Hold, "")]
    public void An_item_is_judged_by_its_status_and_type(int status, string type, string reason, Verdict verdict, string letter)
    {
        var error = type.Length == 0 ? "" : $$""","error":{"type":"{{type}}","reason":"{{reason}}"}""";
        var others = Read($$$"""{"errors":true,"items":[{"create":{"status":{{{status}}}{{{error}}}}}]}""", 1);

        if (verdict == Verdict.Delivered)
        {
            Assert.Empty(others);
            return;
        }

        var other = Assert.Single(others);
        Assert.Equal((0, verdict, letter), (other.Index, other.Verdict, other.Reason));
        if (type.Length > 0)
        {
            Assert.Equal($"{type}: {reason}", other.Detail);
        }
    }

    [Fact]
    public void A_document_in_the_failure_store_is_refused_though_its_status_is_created()
    {
        var others = Read("""{"items":[{"create":{"status":201,"failure_store":"used"}},{"create":{"status":201,"failure_store":"not_enabled"}}]}""", 2);
        var other = Assert.Single(others);
        Assert.Equal((0, Verdict.Rejected, DeadLetterReason.FailureStore), (other.Index, other.Verdict, other.Reason));
    }

    [Fact]
    public void The_cause_of_an_error_is_in_its_detail()
    {
        var others = Read(
            """{"items":[{"create":{"status":400,"error":{"type":"mapper_parsing_exception","reason":"failed to parse","caused_by":{"type":"x","reason":"For input string: \"abc\""}}}}]}""", 1);
        Assert.Equal("""mapper_parsing_exception: failed to parse (For input string: "abc")""", Assert.Single(others).Detail);
    }

    [Fact]
    public void Items_keep_their_places()
    {
        var others = Read("""{"took":3,"errors":true,"items":[{"create":{"status":201}},{"create":{"status":429}},{"create":{"status":201}},{"create":{"status":409}}]}""", 4);
        Assert.Equal([(1, Verdict.Retry), (3, Verdict.Duplicate)], others.Select(static other => (other.Index, other.Verdict)));
    }

    [Fact]
    public void An_error_that_is_a_text_is_taken_as_detail() =>
        Assert.Equal("so it is", Assert.Single(Read("""{"items":[{"create":{"status":400,"error":"so it is"}}]}""", 1)).Detail);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("<html><body>Bad gateway</body></html>")]
    [InlineData("{}")]
    [InlineData("""{"errors":false}""")]
    [InlineData("""{"items":null}""")]
    [InlineData("""{"errors":false,"items":[{"create":{"status":201}}""")]
    [InlineData("""{"errors":false,"items":[{"create":{"stat""")]
    [InlineData("""{"items":[]}""")]
    [InlineData("""{"items":[{"create":{"status":201}},{"create":{"status":201}}]}""")]
    [InlineData("""{"items":[{}]}""")]
    [InlineData("""{"items":[null]}""")]
    [InlineData("""{"items":[{"create":{}}]}""")]
    [InlineData("""{"items":[{"create":201}]}""")]
    [InlineData("""{"items":[{"create":{"status":"201"}}]}""")]
    [InlineData("""{"items":[{"create":{"status":1e9}}]}""")]
    [InlineData("""{"items":[{"create":{"status":201,"failure_store":1}}]}""")]
    [InlineData("""{"items":[{"create":{"status":201},"index":{"status":201}}]}""")]
    public void A_reply_of_another_form_tells_nothing(string body) => Assert.False(BulkReply.TryRead(Encoding.UTF8.GetBytes(body), 1, []));

    [Fact]
    public void The_filter_keeps_successful_items_so_that_places_stay() => Assert.Contains("items.*.status", BulkReply.FilterPath, StringComparison.Ordinal);

    private static List<BulkItem> Read(string body, int expected)
    {
        var others = new List<BulkItem>();
        Assert.True(BulkReply.TryRead(Encoding.UTF8.GetBytes(body), expected, others));
        return others;
    }
}
