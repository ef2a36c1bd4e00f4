using System.Text.Json.Nodes;
using StreamEnricher.Enrichment.Formats.Decoding;
using StreamEnricher.Testing.Enrichment;

namespace StreamEnricher.UnitTests.Enrichment.Formats.Decoding;

public sealed class ProgramTextTests
{
    [Theory]
    [InlineData("sshd[1]: Accepted publickey for alice from 10.0.0.1 port 50122 ssh2: RSA SHA256:x", """{"user":"alice","address":"10.0.0.1","port":"50122","method":"publickey"}""")]
    [InlineData("sshd[1]: Failed password for invalid user admin from 2001:db8::1 port 4711 ssh2", """{"user":"admin","address":"2001:db8::1","port":"4711","method":"password"}""")]
    [InlineData("sshd[1]: Failed password for invalid user x from 1.2.3.4 port 1 ssh2 from 10.0.0.9 port 22 ssh2", """{"user":"x from 1.2.3.4 port 1 ssh2","address":"10.0.0.9","port":"22","method":"password"}""")]
    [InlineData("sshd-session[1]: Invalid user bob from 10.0.0.1", """{"user":"bob","address":"10.0.0.1"}""")]
    [InlineData("sshd[1]: Invalid user  from 10.0.0.1 port 7", """{"address":"10.0.0.1","port":"7"}""")]
    [InlineData("sshd[1]: Connection closed by authenticating user root 10.0.0.1 port 8 [preauth]", """{"user":"root","address":"10.0.0.1","port":"8"}""")]
    [InlineData("sshd[1]: Disconnected from user alice 10.0.0.1 port 8", """{"user":"alice","address":"10.0.0.1","port":"8"}""")]
    [InlineData("sshd[1]: Received disconnect from 10.0.0.1 port 8:11: Bye", """{"address":"10.0.0.1","port":"8"}""")]
    [InlineData("sshd[1]: Received disconnect from 10.0.0.1: 11: Bye", """{"address":"10.0.0.1"}""")]
    [InlineData("sshd[1]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=10.0.0.1  user=root", """{"user":"root","address":"10.0.0.1","terminal":"ssh"}""")]
    [InlineData("sshd[1]: pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)", """{"user":"root"}""")]
    [InlineData("sudo: pam_unix(sudo:session): session opened for user root(uid=0) by alice(uid=1000)", """{"user":"alice","effective":"root"}""")]
    [InlineData("passwd[1]: pam_unix(passwd:chauthtok): password changed for alice", """{"target":"alice"}""")]
    [InlineData("sudo: alice : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh -c 'a ; b'", """{"user":"alice","effective":"root","command":"/bin/sh -c 'a ; b'","directory":"/","terminal":"pts/0"}""")]
    [InlineData("su: FAILED SU (to root) bob on pts/1", """{"user":"bob","effective":"root","terminal":"pts/1"}""")]
    [InlineData("su[1]: Successful su for root by alice", """{"user":"alice","effective":"root"}""")]
    [InlineData("CRON[1]: (root) CMD (run (this))", """{"user":"root","command":"run (this)"}""")]
    [InlineData("usermod[1]: add 'bob' to group 'sudo'", """{"target":"bob","group":"sudo"}""")]
    [InlineData("userdel[1]: delete user 'bob'", """{"target":"bob"}""")]
    [InlineData("groupadd[1]: new group: name=ops, GID=77", """{"group":"ops"}""")]
    public void What_a_program_says_is_taken_apart(string text, string expected) => JsonAssert.Equal(expected, Said(text)!);

    [Theory]
    [InlineData("sshd[1]: Server listening on 0.0.0.0 port 22.")]
    [InlineData("sshd[1]: Accepted")]
    [InlineData("sshd[1]: Failed password for")]
    [InlineData("sudo: pam_unix(sudo:auth): conversation failed")]
    [InlineData("sudo: x : y")]
    [InlineData("su: 'su root' failed")]
    [InlineData("CRON[1]: (root) CMD (cut off")]
    [InlineData("kernel: add 'x")]
    [InlineData("pam_x: ")]
    public void Other_messages_stay_as_they_are(string text) => Assert.Null(Said(text));

    private static JsonNode? Said(string text) => JsonNode.Parse(DecodedText.Of(TextForm.Syslog, "<86>Mar 28 12:32:39 host " + text)!)!["said"];
}
