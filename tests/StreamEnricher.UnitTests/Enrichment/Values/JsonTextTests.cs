using System.Text;
using System.Text.Json;
using CsCheck;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.UnitTests.Enrichment.Values;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("""C:\\Windows\\x""", @"C:\Windows\x")]
    [InlineData("""\"\\\/\b\f\n\r\t""", "\"\\/\b\f\n\r\t")]
    [InlineData("""\u0041\u00e9\u20ac\u4e1c""", "Aé€东")]
    [InlineData("""\ud83d\ude00!""", "😀!")]
    [InlineData("""\uD83D\uDE00""", "😀")]
    [InlineData("""\ud800""", "\uFFFD")]
    [InlineData("""\ud800x""", "\uFFFDx")]
    [InlineData("""\ud800\u0041""", "\uFFFDA")]
    [InlineData("""\ude00\ud83d""", "\uFFFD\uFFFD")]
    [InlineData("""\ud800\ud83d\ude00""", "\uFFFD😀")]
    [InlineData("""\u0000""", "\0")]
    public void Escapes_are_resolved_and_lone_surrogates_replaced(string content, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var text = new byte[bytes.Length];
        Assert.True(JsonText.TryUnescape(bytes, text, out var written));
        Assert.Equal(expected, Encoding.UTF8.GetString(text, 0, written));
        Assert.Equal(written, JsonText.UnescapedLength(bytes));
    }

    [Theory]
    [InlineData("\\")]
    [InlineData("x\\")]
    [InlineData("\\x")]
    [InlineData("\\u12")]
    [InlineData("\\u12G4")]
    [InlineData("\\u")]
    [InlineData("\\u 123")]
    [InlineData("\\U0041")]
    public void Escapes_that_are_none_are_refused(string content) => Assert.False(JsonText.TryUnescape(Encoding.UTF8.GetBytes(content), new byte[20], out _));

    [Theory]
    [InlineData("text", 3)]
    [InlineData("ab\\n", 2)]
    [InlineData("\\ud83d\\ude00", 3)]
    public void A_destination_that_is_too_short_is_told(string content, int room) => Assert.False(JsonText.TryUnescape(Encoding.UTF8.GetBytes(content), new byte[room], out _));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\"b\\c/d", "a\\\"b\\\\c/d")]
    [InlineData("\b\t\n\f\r", "\\b\\t\\n\\f\\r")]
    [InlineData("\0\u0001\u001f\u007f", "\\u0000\\u0001\\u001f\u007f")]
    [InlineData("größer 东 😀 <&>'", "größer 东 😀 <&>'")]
    public void Only_what_must_be_escaped_is(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var escaped = new byte[JsonText.EscapedLength(bytes)];
        Assert.Equal(escaped.Length, JsonText.Escape(bytes, escaped));
        Assert.Equal(expected, Encoding.UTF8.GetString(escaped));
    }

    [Fact]
    public void What_is_escaped_is_JSON_of_the_stated_size_and_comes_back_as_it_was() =>
        Gen.String.Sample(text =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var escaped = new byte[JsonText.EscapedLength(bytes)];
            Assert.Equal(escaped.Length, JsonText.Escape(bytes, escaped));
            Assert.Equal(Encoding.UTF8.GetString(bytes), JsonSerializer.Deserialize<string>([(byte)'"', .. escaped, (byte)'"']));
            var back = new byte[JsonText.UnescapedLength(escaped)];
            Assert.True(JsonText.TryUnescape(escaped, back, out var written));
            Assert.Equal(bytes, back.AsSpan(0, written));
        });

    [Fact]
    public void What_the_framework_escapes_is_resolved() =>
        Gen.String.Sample(text =>
        {
            var token = JsonSerializer.SerializeToUtf8Bytes(text);
            var back = new byte[token.Length];
            Assert.True(JsonText.TryUnescape(token.AsSpan()[1..^1], back, out var written));
            Assert.Equal(JsonSerializer.Deserialize<string>(token), Encoding.UTF8.GetString(back, 0, written));
        });

    [Theory]
    [InlineData("SHA256", "sha256", true)]
    [InlineData("", "", true)]
    [InlineData("größe", "GRößE", true)]
    [InlineData("größe", "GRÖßE", false)]
    [InlineData("[", "{", false)]
    [InlineData("@", "`", false)]
    [InlineData("ab", "abc", false)]
    [InlineData("a", "b", false)]
    public void Case_is_ignored_of_ASCII_letters_alone(string left, string right, bool expected) =>
        Assert.Equal(expected, JsonText.EqualsIgnoreAsciiCase(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right)));
}
