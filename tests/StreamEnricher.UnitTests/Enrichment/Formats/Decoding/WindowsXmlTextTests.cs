using StreamEnricher.Enrichment.Formats.Decoding;

namespace StreamEnricher.UnitTests.Enrichment.Formats.Decoding;

public sealed class WindowsXmlTextTests
{
    [Theory]
    [InlineData(
        """<?xml version="1.0"?><Events><Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='P &amp; Q' Guid="{1}"/><EventID>1</EventID><Version Q='0'>5</Version><Correlation/></System><EventData><Data Name='A'>x &lt;y&gt; &#233;&#x41; &unknown;</Data><Data Name='B'></Data><Data Name='C'/></EventData></Event></Events>""",
        """{"Event":{"System":{"Provider":{"#attributes":{"Name":"P & Q","Guid":"{1}"}},"EventID":"1","Version":{"#attributes":{"Q":"0"},"#text":"5"}},"EventData":{"A":"x <y> éA &unknown;"}}}""")]
    [InlineData("<Event><EventData><Data>one</Data><Data>two</Data><Data/></EventData></Event>", """{"Event":{"EventData":{"Data":{"#text":["one","two"]}}}}""")]
    [InlineData("<Event>\n <!-- c --><UserData>\n  <LogFileCleared xmlns=\"x\"><SubjectUserName><![CDATA[a<b]]></SubjectUserName></LogFileCleared></UserData></Event>",
        """{"Event":{"UserData":{"LogFileCleared":{"SubjectUserName":"a<b"}}}}""")]
    [InlineData("<Event><System><Channel>Linux-Sysmon/Operational</Channel></System></Event>", """{"Event":{"System":{"Channel":"Linux-Sysmon/Operational"}}}""")]
    [InlineData("<DataItem type=\"System.XmlData\"><EventData xmlns=\"x\"><Data Name=\"A\">1</Data></EventData></DataItem>", """{"EventData":{"A":"1"}}""")]
    public void Events(string text, string expected) => Assert.Equal(expected, DecodedText.Of(TextForm.WindowsXml, text));

    [Theory]
    [InlineData("<Event><System><EventID>1</EventID><Channel>Sec", """{"Event":{"System":{"EventID":"1","Channel":"Sec"}}}""")]
    [InlineData("<Event><System><EventID>1</EventID></System><EventData><Data Name=\"A\">1</Data><Data Na", """{"Event":{"System":{"EventID":"1"},"EventData":{"A":"1"}}}""")]
    public void A_text_that_is_cut_off_gives_what_it_has(string text, string expected) => Assert.Equal(expected, DecodedText.Of(TextForm.WindowsXml, text));

    [Theory]
    [InlineData("<Event><System></Wrong></Event>")]
    [InlineData("<Event><System>text</System>text<b/></Event>")]
    [InlineData("<EventData/>")]
    [InlineData("<Event/>")]
    [InlineData("<html></html>")]
    public void What_is_no_event_is_none(string text) => Assert.Null(DecodedText.Of(TextForm.WindowsXml, text));

    [Fact]
    public void Nesting_without_end_is_refused() => Assert.Null(DecodedText.Of(TextForm.WindowsXml, "<Event>" + string.Concat(Enumerable.Repeat("<a>", 500))));
}
