using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Formats.Decoding;

/// <summary>
/// What the log messages of sshd, sudo, su, cron, PAM and the account tools say: the object <c>said</c> with <c>user</c>, <c>effective</c> (who the user becomes),
/// <c>target</c> (the account that is changed), <c>group</c>, <c>address</c>, <c>port</c>, <c>method</c>, <c>command</c>, <c>directory</c> and <c>terminal</c>, as far as they are there.
/// </summary>
/// <remarks>
/// The texts are those of OpenSSH's auth.c and packet.c, sudo's logging.c, the su of util-linux and shadow, Linux-PAM's pam_unix, cron and shadow's tools. A name that a
/// client made up may hold any of their words, so a name ends at the last place where it can.
/// </remarks>
internal static class ProgramText
{
    /// <summary>Appends the object; nothing when the message is none of these.</summary>
    /// <param name="app">Name of the program.</param>
    /// <param name="message">What it wrote.</param>
    /// <param name="writer">Has an object open.</param>
    public static void Write(ReadOnlySpan<byte> app, ReadOnlySpan<byte> message, Utf8Writer writer)
    {
        var said = default(Said);
        message = message.Trim((byte)' ');
        if (message.StartsWith("pam_"u8))
        {
            Pam(message, ref said);
        }
        else if (app.SequenceEqual("sshd"u8) || app.SequenceEqual("sshd-session"u8))
        {
            Sshd(message, ref said);
        }
        else if (app.SequenceEqual("sudo"u8))
        {
            Sudo(message, ref said);
        }
        else if (app.SequenceEqual("su"u8))
        {
            Su(message, ref said);
        }
        else if (app.SequenceEqual("CRON"u8) || app.SequenceEqual("cron"u8) || app.SequenceEqual("crond"u8) || app.SequenceEqual("CROND"u8))
        {
            Cron(message, ref said);
        }
        else
        {
            AccountTool(message, ref said);
        }

        said.Write(writer);
    }

    private static void Pam(ReadOnlySpan<byte> message, ref Said said)
    {
        if (!Behind(message, "): "u8, out var text))
        {
            return;
        }

        if (Behind(text, "session opened for user "u8, out var name) || Behind(text, "session closed for user "u8, out name))
        {
            // Who opens a session for somebody else becomes him; "by (uid=0)" names nobody.
            var whose = Until(Word(name), (byte)'(');
            var by = Behind(name, " by "u8, out var opener) ? Until(Word(opener), (byte)'(') : default;
            said.User = by.IsEmpty ? whose : by;
            said.Effective = by.IsEmpty ? default : whose;
        }
        else if (Behind(text, "password changed for "u8, out name))
        {
            said.Target = Word(name);
        }
        else if (text.StartsWith("authentication failure;"u8))
        {
            said.User = Setting(text, " user="u8);
            said.Address = Setting(text, " rhost="u8);
            said.Terminal = Setting(text, " tty="u8);
        }
    }

    private static void Sshd(ReadOnlySpan<byte> message, ref Said said)
    {
        if (message.StartsWith("Accepted "u8) || message.StartsWith("Failed "u8))
        {
            if (Behind(message, " for "u8, out var who) && Place(who, " from "u8, out var name, out said.Address, out said.Port))
            {
                said.User = Without(name, "invalid user "u8);
                Behind(message, " "u8, out var rest);
                said.Method = Word(rest);
            }
        }
        else if (message.StartsWith("Invalid user "u8))
        {
            if (Place(message["Invalid user ".Length..], " from "u8, out var name, out said.Address, out said.Port))
            {
                said.User = name;
            }
        }
        else if (Peer(message, out var peer))
        {
            var named = Without(Without(Without(peer, "authenticating user "u8), "invalid user "u8), "user "u8);
            if (named.Length == peer.Length)
            {
                said.Address = Until(Word(peer), peer.IndexOf(": "u8));
                said.Port = Port(peer);
            }
            else if (Place(named, " "u8, out var name, out said.Address, out said.Port))
            {
                said.User = name;
            }
        }
    }

    private static bool Peer(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> peer) =>
        Begins(message, "Connection closed by "u8, out peer) || Begins(message, "Connection reset by "u8, out peer) || Begins(message, "Disconnected from "u8, out peer)
        || Begins(message, "Disconnecting "u8, out peer) || Begins(message, "Received disconnect from "u8, out peer) || Begins(message, "Connection from "u8, out peer);

    private static void Sudo(ReadOnlySpan<byte> message, ref Said said)
    {
        var end = message.IndexOf(" : "u8);
        if (end <= 0 || message.IndexOf("TTY="u8) < end)
        {
            return;
        }

        said.User = message[..end];
        var settings = message[end..];
        said.Terminal = Field(settings, "TTY="u8);
        said.Directory = Field(settings, "PWD="u8);
        said.Effective = Field(settings, "USER="u8);
        said.Command = Behind(settings, " COMMAND="u8, out var command) ? command : default;
    }

    private static void Su(ReadOnlySpan<byte> message, ref Said said)
    {
        var text = Without(Without(message, "FAILED SU "u8), "FAILED su "u8);
        if (text.StartsWith("(to "u8) && Behind(text, ") "u8, out var who))
        {
            said.Effective = Until(text["(to ".Length..], (byte)')');
            said.User = Word(who);
            said.Terminal = Behind(who, " on "u8, out var terminal) ? Word(terminal) : default;
        }
        else if (Begins(Without(text, "Successful su "u8), "for "u8, out var became) && Behind(became, " by "u8, out var by))
        {
            said.Effective = Word(became);
            said.User = Word(by);
        }
    }

    private static void Cron(ReadOnlySpan<byte> message, ref Said said)
    {
        if (message.StartsWith("("u8) && Behind(message, ") CMD ("u8, out var command) && command.EndsWith(")"u8))
        {
            said.User = Until(message[1..], (byte)')');
            said.Command = command[..^1].Trim((byte)' ');
        }
    }

    private static void AccountTool(ReadOnlySpan<byte> message, ref Said said)
    {
        if (Begins(message, "new user: name="u8, out var name))
        {
            said.Target = Until(name, (byte)',');
        }
        else if (Begins(message, "new group: name="u8, out name))
        {
            said.Group = Until(name, (byte)',');
        }
        else if (Begins(message, "delete user '"u8, out name) || Begins(message, "change user '"u8, out name))
        {
            said.Target = Until(name, (byte)'\'');
        }
        else if (Begins(message, "add '"u8, out name) && Behind(name, "' to group '"u8, out var group))
        {
            said.Target = Until(name, (byte)'\'');
            said.Group = Until(group, (byte)'\'');
        }
    }

    /// <summary>Splits <c>NAME from ADDRESS port PORT …</c> at the last place where that is possible.</summary>
    private static bool Place(
        ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> separator, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> address, out ReadOnlySpan<byte> portNumber)
    {
        var port = text.LastIndexOf(" port "u8);
        var before = port < 0 ? text : text[..port];
        var at = before.LastIndexOf(separator);
        name = at < 0 ? default : before[..at];
        address = at < 0 ? default : Word(before[(at + separator.Length)..]);
        portNumber = at < 0 ? default : Port(text);
        return at >= 0;
    }

    private static ReadOnlySpan<byte> Port(ReadOnlySpan<byte> text)
    {
        var at = text.LastIndexOf(" port "u8);
        var number = at < 0 ? default : text[(at + " port ".Length)..];
        var end = number.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return end < 0 ? number : number[..end];
    }

    private static bool Behind(ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> mark, out ReadOnlySpan<byte> rest)
    {
        var at = text.IndexOf(mark);
        rest = at < 0 ? default : text[(at + mark.Length)..];
        return at >= 0;
    }

    private static bool Begins(ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> mark, out ReadOnlySpan<byte> rest)
    {
        rest = text.StartsWith(mark) ? text[mark.Length..] : default;
        return text.StartsWith(mark);
    }

    private static ReadOnlySpan<byte> Without(ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> mark) => text.StartsWith(mark) ? text[mark.Length..] : text;

    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> text) => Until(text, (byte)' ');

    private static ReadOnlySpan<byte> Until(ReadOnlySpan<byte> text, byte mark) => Until(text, text.IndexOf(mark));

    private static ReadOnlySpan<byte> Until(ReadOnlySpan<byte> text, int end) => end < 0 || end > text.Length ? text : text[..end];

    private static ReadOnlySpan<byte> Setting(ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> name) => Behind(text, name, out var value) ? Word(value) : default;

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> name) =>
        Behind(text, name, out var value) ? Until(value, value.IndexOf(" ;"u8)) : default;

    /// <summary>What was found; empty for what was not.</summary>
    private ref struct Said
    {
        public ReadOnlySpan<byte> User;
        public ReadOnlySpan<byte> Effective;
        public ReadOnlySpan<byte> Target;
        public ReadOnlySpan<byte> Group;
        public ReadOnlySpan<byte> Address;
        public ReadOnlySpan<byte> Port;
        public ReadOnlySpan<byte> Method;
        public ReadOnlySpan<byte> Command;
        public ReadOnlySpan<byte> Directory;
        public ReadOnlySpan<byte> Terminal;

        public readonly void Write(Utf8Writer writer)
        {
            var start = writer.Position;
            writer.Comma();
            writer.Append("\"said\":{"u8);
            var opened = writer.Position;
            writer.Text("\"user\":"u8, User);
            writer.Text("\"effective\":"u8, Effective);
            writer.Text("\"target\":"u8, Target);
            writer.Text("\"group\":"u8, Group);
            writer.Text("\"address\":"u8, Address);
            writer.Text("\"port\":"u8, Port);
            writer.Text("\"method\":"u8, Method);
            writer.Text("\"command\":"u8, Command);
            writer.Text("\"directory\":"u8, Directory);
            writer.Text("\"terminal\":"u8, Terminal);
            if (writer.Position == opened)
            {
                writer.RollBack(start);
            }
            else
            {
                writer.Append((byte)'}');
            }
        }
    }
}
