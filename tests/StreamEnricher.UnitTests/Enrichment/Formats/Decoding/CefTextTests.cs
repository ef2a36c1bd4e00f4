using StreamEnricher.Enrichment.Formats.Decoding;

namespace StreamEnricher.UnitTests.Enrichment.Formats.Decoding;

public sealed class CefTextTests
{
    [Theory]
    [InlineData("CEF:0|Security|threatmanager|1.0|100|worm stopped|10|src=10.0.0.1 dst=2.1.2.2 spt=1232",
        """{"version":"0","device":{"vendor":"Security","product":"threatmanager","version":"1.0","event_class_id":"100"},"name":"worm stopped","severity":"10","extensions":{"src":"10.0.0.1","dst":"2.1.2.2","spt":"1232"}}""")]
    [InlineData("CEF:1|a\\|b|c\\\\d||id|n|High|", """{"version":"1","device":{"vendor":"a|b","product":"c\\d","event_class_id":"id"},"name":"n","severity":"High","extensions":{}}""")]
    [InlineData("CEF:0|v|p|1|1|n|1", """{"version":"0","device":{"vendor":"v","product":"p","version":"1","event_class_id":"1"},"name":"n","severity":"1","extensions":{}}""")]
    public void Header_and_extension(string text, string expected) => Assert.Equal(expected, DecodedText.Of(TextForm.Cef, text));

    [Theory]
    [InlineData("msg=two words act=blocked", """{"msg":"two words","act":"blocked"}""")]
    [InlineData("""msg=a \= b \\ c\nd cs1=""", """{"msg":"a = b \\ c\nd"}""")]
    [InlineData("request=http://x/?a=1&b=2 dst=1.2.3.4", """{"request":"http://x/?a=1&b=2","dst":"1.2.3.4"}""")]
    [InlineData(@"filePath=C:\Windows\x.exe fname=x.exe", """{"filePath":"C:\\Windows\\x.exe","fname":"x.exe"}""")]
    [InlineData("ad.field[0]=x cs1Label=A B", """{"ad.field[0]":"x","cs1Label":"A B"}""")]
    [InlineData("rt=Feb 21 2026 10:00:00.123 +0100 start=1708552484000 end=Oct 12 04:16:11", """{"rt":"2026-02-21T09:00:00.123Z","start":"1708552484000","end":"2025-10-12T04:16:11Z"}""")]
    [InlineData("rt=Feb 21 2026 10:00:00 EST", """{"rt":"Feb 21 2026 10:00:00 EST"}""")]
    [InlineData("act=a act=b msg=c", """{"act":"a","msg":"c"}""")]
    [InlineData("no pairs here", "{}")]
    public void Pairs(string extension, string expected) =>
        Assert.EndsWith($"\"extensions\":{expected}}}", DecodedText.Of(TextForm.Cef, "CEF:0|v|p|1|1|n|1|" + extension), StringComparison.Ordinal);

    [Fact]
    public void A_syslog_header_before_it_is_read() => Assert.EndsWith(
        """
        "syslog":{"priority":134,"facility":16,"severity":6,"timestamp":"2026-02-21T21:54:44Z","hostname":"fw01"}}
        """,
        DecodedText.Of(TextForm.Cef, "<134>Feb 21 21:54:44 fw01 CEF: 0|v|p|1|1|n|1|src=1.1.1.1"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("CEF:0|too|few|parts")]
    [InlineData("CEF: what is it?")]
    [InlineData("LEEF:1.0|a|b|c|d|")]
    public void What_has_no_such_header_is_none(string text) => Assert.Null(DecodedText.Of(TextForm.Cef, text));
}
