using StreamEnricher.Enrichment.Formats.Decoding;

namespace StreamEnricher.UnitTests.Enrichment.Formats.Decoding;

public sealed class AccessLogTextTests
{
    [Theory]
    [InlineData("::1 - - [26/Jun/2020:16:16:29 +0200] \"GET /favicon.ico HTTP/1.1\" 404 209",
        """{"client":"::1","time":"2020-06-26T14:16:29Z","method":"GET","url":"/favicon.ico","http_version":"1.1","status":"404","bytes":"209"}""")]
    [InlineData("10.0.0.1 - bob [29/May/2021:19:02:48 -0730] \"POST /a b HTTP/2.0\" 200 - \"http://x/\" \"Mozilla \\\"5\\\"\" \"-\"",
        """{"client":"10.0.0.1","user":"bob","time":"2021-05-30T02:32:48Z","method":"POST","url":"/a b","http_version":"2.0","status":"200","referrer":"http://x/","agent":"Mozilla \\\"5\\\""}""")]
    [InlineData("www.example.com 10.0.0.1 - - [29/May/2021:19:02:48 +0000] \"\\x16\\x03\" 400 0 \"-\" \"-\" 0.001",
        """{"virtual_host":"www.example.com","client":"10.0.0.1","time":"2021-05-29T19:02:48Z","request":"\\x16\\x03","status":"400","bytes":"0","rest":"0.001"}""")]
    [InlineData("::1 - - [26/Jun/2020:16:16:48 +0200] \"-\" 408 -", """{"client":"::1","time":"2020-06-26T14:16:48Z","status":"408"}""")]
    public void Lines(string text, string expected) => Assert.Equal(expected, DecodedText.Of(TextForm.AccessLog, text));

    [Theory]
    [InlineData("[Mon Dec 26 16:22:08 2016] [error] [client 192.168.33.1] x")]
    [InlineData("10.0.0.1 - - [99/Foo/2021:19:02:48 +0000] \"GET / HTTP/1.1\" 200 1")]
    [InlineData("a b c d e [29/May/2021:19:02:48 +0000] \"GET / HTTP/1.1\" 200 1")]
    public void Others_are_none(string text) => Assert.Null(DecodedText.Of(TextForm.AccessLog, text));
}
