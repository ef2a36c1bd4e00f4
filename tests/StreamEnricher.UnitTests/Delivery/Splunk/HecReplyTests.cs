using System.Text;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Splunk;

namespace StreamEnricher.UnitTests.Delivery.Splunk;

public sealed class HecReplyTests
{
    private const int Sent = 10;
    private const string Page = "<html><body>Sorry</body></html>";

    [Theory]
    [InlineData(0, 200, Verdict.Delivered)]
    [InlineData(1, 403, Verdict.Hold)]
    [InlineData(2, 401, Verdict.Hold)]
    [InlineData(3, 401, Verdict.Hold)]
    [InlineData(4, 403, Verdict.Hold)]
    [InlineData(7, 400, Verdict.Hold)]
    [InlineData(8, 500, Verdict.Retry)]
    [InlineData(9, 503, Verdict.Retry)]
    [InlineData(10, 400, Verdict.Hold)]
    [InlineData(11, 400, Verdict.Hold)]
    [InlineData(14, 400, Verdict.Hold)]
    [InlineData(16, 400, Verdict.Hold)]
    [InlineData(18, 503, Verdict.Retry)]
    [InlineData(19, 503, Verdict.Retry)]
    [InlineData(20, 503, Verdict.Retry)]
    [InlineData(21, 400, Verdict.Hold)]
    [InlineData(22, 400, Verdict.Hold)]
    [InlineData(23, 503, Verdict.Retry)]
    [InlineData(24, 200, Verdict.Delivered)]
    [InlineData(25, 200, Verdict.Delivered)]
    [InlineData(26, 429, Verdict.Retry)]
    [InlineData(27, 429, Verdict.Retry)]
    [InlineData(99, 503, Verdict.Retry)]
    [InlineData(99, 429, Verdict.Retry)]
    [InlineData(99, 200, Verdict.Retry)]
    [InlineData(99, 400, Verdict.Hold)]
    [InlineData(0, 500, Verdict.Retry)]
    [InlineData(24, 503, Verdict.Retry)]
    public void A_code_is_judged(int code, int status, Verdict verdict)
    {
        var judged = HecReply.Judge(Reply(status, $$"""{"text":"words of the server","code":{{code}}}"""), Sent);
        Assert.Equal(verdict, judged.Verdict);
        Assert.Equal(verdict == Verdict.Delivered ? Sent : 0, judged.Settled);
        Assert.Equal(code is 24 or 25 && status == 200, judged.SlowDown);
        Assert.Contains($"code {code}: words of the server", judged.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(15)]
    public void A_bad_event_is_named_by_its_number_from_zero_and_those_before_it_are_stored(int code)
    {
        var judged = HecReply.Judge(Reply(400, $$"""{"text":"bad","code":{{code}},"invalid-event-number":3}"""), Sent);
        Assert.Equal((Verdict.Rejected, 3, true), (judged.Verdict, judged.Settled, judged.IsExact));
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","invalid-event-number":10""")]
    [InlineData(""","invalid-event-number":-1""")]
    [InlineData(""","invalid-event-number":"3" """)]
    public void A_bad_event_that_is_not_named_must_be_found_and_nothing_counts_as_stored(string number)
    {
        var judged = HecReply.Judge(Reply(400, $$"""{"text":"bad","code":6{{number}}}"""), Sent);
        Assert.Equal((Verdict.Rejected, 0, false), (judged.Verdict, judged.Settled, judged.IsExact));
    }

    [Theory]
    [InlineData(503, 9, Verdict.Retry)]
    [InlineData(500, 8, Verdict.Retry)]
    [InlineData(400, 7, Verdict.Hold)]
    public void What_was_stored_before_a_failure_is_settled(int status, int code, Verdict verdict)
    {
        var judged = HecReply.Judge(Reply(status, $$"""{"text":"x","code":{{code}},"invalid-event-number":4}"""), Sent);
        Assert.Equal((verdict, 4), (judged.Verdict, judged.Settled));
    }

    [Fact]
    public void A_failure_that_names_an_event_behind_the_last_settles_nothing() =>
        Assert.Equal(0, HecReply.Judge(Reply(503, """{"text":"x","code":9,"invalid-event-number":10}"""), Sent).Settled);

    [Theory]
    [InlineData(408, Verdict.Retry)]
    [InlineData(429, Verdict.Retry)]
    [InlineData(500, Verdict.Retry)]
    [InlineData(502, Verdict.Retry)]
    [InlineData(504, Verdict.Retry)]
    [InlineData(200, Verdict.Retry)]
    [InlineData(302, Verdict.Hold)]
    [InlineData(400, Verdict.Hold)]
    [InlineData(401, Verdict.Hold)]
    [InlineData(403, Verdict.Hold)]
    [InlineData(404, Verdict.Hold)]
    [InlineData(415, Verdict.Hold)]
    public void A_page_of_a_proxy_is_judged_by_its_status_and_refuses_no_event(int status, Verdict verdict)
    {
        var judged = HecReply.Judge(Reply(status, Page), Sent);
        Assert.Equal((verdict, 0), (judged.Verdict, judged.Settled));
    }

    [Theory]
    [InlineData(Page)]
    [InlineData("""{"text":"Request entity too large","code":27}""")]
    public void A_request_that_is_too_large_is_halved_and_a_single_event_is_refused(string body)
    {
        var many = HecReply.Judge(Reply(413, body), Sent);
        Assert.Equal((Verdict.Rejected, false, true), (many.Verdict, many.IsExact, many.IsTooLarge));
        var one = HecReply.Judge(Reply(413, body), 1);
        Assert.Equal((Verdict.Rejected, true, true), (one.Verdict, one.IsExact, one.IsTooLarge));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"code":0""")]
    [InlineData("""{"code":"0"}""")]
    [InlineData("""{"code":1e99}""")]
    public void A_reply_that_cannot_be_read_stores_nothing(string body)
    {
        var judged = HecReply.Judge(Reply(200, body), Sent);
        Assert.Equal((Verdict.Retry, 0, "unreadable_reply"), (judged.Verdict, judged.Settled, judged.Word));
    }

    [Fact]
    public void No_reply_is_tried_again() =>
        Assert.Equal((Verdict.Retry, "unreachable", "connection refused"), Three(HecReply.Judge(new HttpReply(0, default, null, "connection refused"), Sent)));

    [Theory]
    [InlineData(400, """{"text":"Incorrect index","code":7,"invalid-event-number":0}""", "allow the index for this token")]
    [InlineData(403, """{"text":"Invalid token","code":4}""", "check the token")]
    [InlineData(400, """{"text":"Data channel is missing","code":10}""", "acknowledgement")]
    [InlineData(404, Page, "check the url and its port")]
    [InlineData(302, Page, "give the url that it leads to")]
    public void A_hold_names_the_way_out(int status, string body, string way) => Assert.Contains(way, HecReply.Judge(Reply(status, body), Sent).Detail, StringComparison.Ordinal);

    private static (Verdict Verdict, string Word, string Detail) Three(HecVerdict verdict) => (verdict.Verdict, verdict.Word, verdict.Detail);

    private static HttpReply Reply(int status, string body) => new(status, Encoding.UTF8.GetBytes(body), null, null);
}
