using StreamEnricher.Enrichment.Formats.Decoding;

namespace StreamEnricher.UnitTests.Enrichment.Formats.Decoding;

public sealed class AuditTextTests
{
    [Theory]
    [InlineData("type=SYSCALL msg=audit(1681997462.455:741): syscall=59 success=yes comm=\"sh\" exe=2F746D702F6120 key=(null)",
        """{"audit":{"type":"SYSCALL","time":"1681997462.455","sequence":"741"},"fields":{"syscall":"59","success":"yes","comm":"sh","exe":"/tmp/a "}}""")]
    [InlineData("type=EXECVE msg=audit(1.5:7): argc=3 a0=\"sh\" a1=\"-c\" a2=6C73202D6C61",
        """{"audit":{"type":"EXECVE","time":"1.5","sequence":"7"},"fields":{"argc":"3"},"argv":["sh","-c","ls -la"]}""")]
    [InlineData("type=PROCTITLE msg=audit(1:2): proctitle=6C73002D6C", """{"audit":{"type":"PROCTITLE","time":"1","sequence":"2"},"fields":{"proctitle":"ls -l"}}""")]
    [InlineData("node=web1 type=USER_LOGIN msg=audit(1:2): pid=5 msg='op=login acct=\"bob\" hostname=? addr=10.0.0.1 terminal=ssh res=failed'",
        """{"audit":{"type":"USER_LOGIN","time":"1","sequence":"2","node":"web1"},"fields":{"pid":"5","op":"login","acct":"bob","addr":"10.0.0.1","terminal":"ssh","res":"failed"}}""")]
    [InlineData("Apr 20 10:00:00 host1 audispd: type=CWD msg=audit(1:2): cwd=\"/root\"\u001dUID=\"root\"",
        """{"audit":{"type":"CWD","time":"1","sequence":"2","node":"host1"},"fields":{"cwd":"/root","UID":"root"}}""")]
    [InlineData("type=CWD msg=audit(1:2): type=a x=\"type\" type=b", """{"audit":{"type":"CWD","time":"1","sequence":"2"},"fields":{"type":"a","x":"type"}}""")]
    [InlineData("type=CRED_DISP msg=audit(1:2): ", """{"audit":{"type":"CRED_DISP","time":"1","sequence":"2"}}""")]
    public void Records(string text, string expected) => Assert.Equal(expected, DecodedText.Of(TextForm.Audit, text));

    [Theory]
    [InlineData("type=SYSCALL msg=audit(x")]
    [InlineData("subtype=1 msg=audit(1:2): a=b")]
    [InlineData("type=x and nothing else")]
    public void Others_are_none(string text) => Assert.Null(DecodedText.Of(TextForm.Audit, text));
}
