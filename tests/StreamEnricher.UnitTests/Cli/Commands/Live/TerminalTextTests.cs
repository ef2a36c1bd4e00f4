using StreamEnricher.Cli.Commands.Live;

namespace StreamEnricher.UnitTests.Cli.Commands.Live;

public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain [text] ü 日本 🙂", "plain [text] ü 日本 🙂")]
    [InlineData("a\u001b[2Jb", "a\ufffd[2Jb")]
    [InlineData("a\r\nb\tc\u0000", "a\ufffd\ufffdb\ufffdc\ufffd")]
    [InlineData("a\u009b31mb\u202eevil\u2066\u2028", "a\ufffd31mb\ufffdevil\ufffd\ufffd")]
    public void What_would_drive_a_terminal_becomes_a_sign(string text, string safe) => Assert.Equal(safe, TerminalText.Safe(text));

    [Fact]
    public void A_harmless_text_is_not_copied()
    {
        var text = new string('x', 5);
        Assert.Same(text, TerminalText.Safe(text));
    }
}
