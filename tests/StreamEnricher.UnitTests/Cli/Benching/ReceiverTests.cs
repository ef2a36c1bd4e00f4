using System.Text;
using StreamEnricher.Cli.Benching.Receivers;
using StreamEnricher.Delivery.Elasticsearch;

namespace StreamEnricher.UnitTests.Cli.Benching;

public sealed class ReceiverTests
{
    [Fact]
    public void A_head_is_read_once_it_is_whole()
    {
        var text = "POST /_bulk?filter_path=errors HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nContent-Encoding: gzip\r\n\r\nbody"u8.ToArray();

        Assert.Null(RequestHead.Read(text.AsSpan(0, text.Length - 5), out _));
        Assert.Equal(new RequestHead(false, true, 12, true), RequestHead.Read(text, out var size));
        Assert.Equal(text.Length - 4, size);
    }

    [Fact]
    public void A_head_request_and_one_to_hec_are_told_apart()
    {
        Assert.Equal(new RequestHead(true, false, 0, false), RequestHead.Read("HEAD /logs-a-b HTTP/1.1\r\nHost: a\r\n\r\n"u8, out _));
        Assert.Equal(new RequestHead(false, false, 3, false), RequestHead.Read("POST /services/collector/event HTTP/1.1\r\ncontent-length:3\r\n\r\n"u8, out _));
    }

    [Fact]
    public void A_client_that_asks_before_it_sends_is_noticed() =>
        Assert.True(RequestHead.Read("POST /_bulk HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"u8, out _)!.Value.IsAsking);

    [Theory]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Content-Length: -1")]
    [InlineData("Content-Length: many")]
    public void A_body_without_a_length_is_refused(string header) =>
        Assert.Throws<InvalidDataException>(() => RequestHead.Read(Encoding.ASCII.GetBytes($"POST /_bulk HTTP/1.1\r\n{header}\r\n\r\n"), out _));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void The_bulk_answer_says_of_each_document_that_it_was_stored(int documents)
    {
        var body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("{\"create\":{}}\n{}\n", documents)));
        var reply = Encoding.ASCII.GetString(new Replies().Of(new RequestHead(false, true, body.Length, false), body));
        var json = reply[(reply.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        var others = new List<BulkItem>();

        Assert.Contains($"content-length: {json.Length}\r\n", reply, StringComparison.Ordinal);
        Assert.True(BulkReply.TryRead(Encoding.ASCII.GetBytes(json), documents, others));
        Assert.Empty(others);
    }

    [Fact]
    public void A_short_answer_after_a_long_one_is_whole()
    {
        var replies = new Replies();
        replies.Of(new RequestHead(false, true, 0, false), "\n\n\n\n\n\n\n\n"u8);

        Assert.EndsWith("{\"errors\":false,\"items\":[{\"create\":{\"status\":201}}]}", Encoding.ASCII.GetString(replies.Of(new RequestHead(false, true, 0, false), "\n\n"u8)), StringComparison.Ordinal);
        Assert.EndsWith("{\"text\":\"Success\",\"code\":0}", Encoding.ASCII.GetString(replies.Of(new RequestHead(false, false, 0, false), "{}"u8)), StringComparison.Ordinal);
    }
}
