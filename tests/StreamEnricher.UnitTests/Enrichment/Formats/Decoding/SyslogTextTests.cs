using StreamEnricher.Enrichment.Formats.Decoding;

namespace StreamEnricher.UnitTests.Enrichment.Formats.Decoding;

public sealed class SyslogTextTests
{
    [Theory]
    [InlineData("<34>1 2003-10-11T22:14:15.003Z host.example.com su - ID47 - 'su root' failed",
        """{"priority":34,"facility":4,"severity":2,"version":"1","timestamp":"2003-10-11T22:14:15.003Z","hostname":"host.example.com","appname":"su","msgid":"ID47","message":"'su root' failed"}""")]
    [InlineData("<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time",
        """{"priority":165,"facility":20,"severity":5,"version":"1","timestamp":"2003-08-24T12:14:15.000003Z","hostname":"192.0.2.1","appname":"myproc","procid":"8710","message":"%% It's time"}""")]
    [InlineData("<0>1 - - - - - -", """{"priority":0,"facility":0,"severity":0,"version":"1"}""")]
    [InlineData("<165>1 2003-10-11T22:14:15Z h app - - [a@1 iut=\"3\" s=\"q\\\"b\\\\\\]\"][b@2] \uFEFFtext",
        """{"priority":165,"facility":20,"severity":5,"version":"1","timestamp":"2003-10-11T22:14:15Z","hostname":"h","appname":"app","structured_data":{"a@1":{"iut":"3","s":"q\"b\\]"},"b@2":{}},"message":"text"}""")]
    public void Rfc_5424(string text, string expected) => Assert.Equal(expected, DecodedText.Of(TextForm.Syslog, text));

    [Theory]
    [InlineData("<34>Oct 11 22:14:15 mymachine su: 'su root' failed", """{"priority":34,"facility":4,"severity":2,"timestamp":"2025-10-11T22:14:15Z","hostname":"mymachine","appname":"su","message":"'su root' failed"}""")]
    [InlineData("<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!", """{"priority":13,"facility":1,"severity":5,"timestamp":"2026-02-05T17:32:18Z","hostname":"10.0.0.99","message":"Use the BFG!"}""")]
    [InlineData("Feb 21 21:54:44 server01 sshd[1001]: Accepted", """{"timestamp":"2026-02-21T21:54:44Z","hostname":"server01","appname":"sshd","procid":"1001","message":"Accepted"}""")]
    [InlineData("Mar  3 01:00:00 sudo: x", """{"timestamp":"2026-03-03T01:00:00Z","appname":"sudo","message":"x"}""")]
    [InlineData("<189>Jun 12 2024 10:00:00.250: %ASA-6-302013: Built", """{"priority":189,"facility":23,"severity":5,"timestamp":"2024-06-12T10:00:00.250Z","appname":"%ASA-6-302013","message":"Built"}""")]
    [InlineData("2018-08-14T14:30:02.203151+02:00 linux systemd[4179]: Stopped: x", """{"timestamp":"2018-08-14T12:30:02.203151Z","hostname":"linux","appname":"systemd","procid":"4179","message":"Stopped: x"}""")]
    [InlineData("Apr 4 03:39:57 --- last message repeated", """{"timestamp":"2025-04-04T03:39:57Z","hostname":"---","message":"last message repeated"}""")]
    [InlineData("<14>id=firewall time=\"2007-01-03 14:48:06\"", """{"priority":14,"facility":1,"severity":6,"message":"id=firewall time=\"2007-01-03 14:48:06\""}""")]
    [InlineData("no header at all", """{"message":"no header at all"}""")]
    [InlineData("<192>too much", """{"message":"<192>too much"}""")]
    [InlineData("http://x/ y", """{"message":"http://x/ y"}""")]
    public void Rfc_3164_and_what_is_made_of_it(string text, string expected) => Assert.Equal(expected, DecodedText.Of(TextForm.Syslog, text));

    [Fact]
    public void A_february_29_without_a_year_belongs_to_a_year_that_has_one_or_is_no_time() =>
        Assert.Equal("""{"message":"Feb 29 10:00:00 host x"}""", DecodedText.Of(TextForm.Syslog, "Feb 29 10:00:00 host x"));

    [Theory]
    [InlineData("<34>Oct 11 22:14:15 host su: x", true)]
    [InlineData("Oct 11 22:14:15 host su: x", true)]
    [InlineData("2018-08-14T14:30:02Z host app[1]: x", true)]
    [InlineData("2018-08-14T14:30:02Z INFO started the service", false)]
    [InlineData("<b>bold</b>", false)]
    [InlineData("42", false)]
    [InlineData("[1]", false)]
    [InlineData("", false)]
    [InlineData("May the force be with you", false)]
    public void Auto_takes_what_has_a_header(string text, bool expected) => Assert.Equal(expected, DecodedText.Recognises(TextForm.Syslog, text));
}
