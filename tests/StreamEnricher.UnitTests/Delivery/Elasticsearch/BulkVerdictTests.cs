using System.Text;
using StreamEnricher.Delivery.Elasticsearch;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.UnitTests.Delivery.Elasticsearch;

public sealed class BulkVerdictTests
{
    private const string Json = """{"error":{"type":"x"},"status":0}""";
    private const string Page = "<html><body>400 The plain HTTP request was sent to HTTPS port</body></html>";

    [Theory]
    [InlineData(0, "", nameof(BulkOutcome.Retry))]
    [InlineData(200, Json, nameof(BulkOutcome.Items))]
    [InlineData(408, Page, nameof(BulkOutcome.Retry))]
    [InlineData(429, Json, nameof(BulkOutcome.Retry))]
    [InlineData(429, Page, nameof(BulkOutcome.Retry))]
    [InlineData(500, Json, nameof(BulkOutcome.Retry))]
    [InlineData(502, Page, nameof(BulkOutcome.Retry))]
    [InlineData(503, Json, nameof(BulkOutcome.Retry))]
    [InlineData(504, Page, nameof(BulkOutcome.Retry))]
    [InlineData(413, "", nameof(BulkOutcome.TooLarge))]
    [InlineData(413, Page, nameof(BulkOutcome.TooLarge))]
    [InlineData(400, Json, nameof(BulkOutcome.Unreadable))]
    [InlineData(400, Page, nameof(BulkOutcome.Hold))]
    [InlineData(400, "", nameof(BulkOutcome.Hold))]
    [InlineData(301, Page, nameof(BulkOutcome.Hold))]
    [InlineData(401, Json, nameof(BulkOutcome.Hold))]
    [InlineData(403, Json, nameof(BulkOutcome.Hold))]
    [InlineData(404, Page, nameof(BulkOutcome.Hold))]
    [InlineData(406, Json, nameof(BulkOutcome.Hold))]
    [InlineData(415, Page, nameof(BulkOutcome.Hold))]
    public void A_request_is_judged_by_its_status_and_who_answers(int status, string body, string outcome) =>
        Assert.Equal(outcome, BulkVerdict.Judge(Reply(status, body)).ToString());

    [Theory]
    [InlineData(301, "give the url that it leads to")]
    [InlineData(400, "http or https")]
    [InlineData(401, "check api_key, or username and password")]
    [InlineData(403, "grant create_doc and auto_configure")]
    [InlineData(404, "check the url")]
    [InlineData(406, "is this Elasticsearch or OpenSearch")]
    [InlineData(418, "HTTP 418")]
    public void A_hold_names_the_way_out(int status, string way) => Assert.Contains(way, BulkVerdict.HoldReason(Reply(status, Page)), StringComparison.Ordinal);

    private static HttpReply Reply(int status, string body) => new(status, Encoding.UTF8.GetBytes(body), null, status == 0 ? "refused" : null);
}
