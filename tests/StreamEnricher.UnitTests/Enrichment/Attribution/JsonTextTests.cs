using System.Text;
using System.Text.Json;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.UnitTests.Enrichment.Attribution;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("plain é €")]
    [InlineData("""\"\\\/\b\f\n\r\t""")]
    [InlineData("""a\u0041\u00e9\u20acz""")]
    [InlineData("""\ud83d\ude00 and \uD83D\uDE00""")]
    [InlineData("""\u0000""")]
    public void Escapes_are_resolved_as_the_reader_of_the_platform_does(string content) =>
        Assert.Equal(JsonSerializer.Deserialize<string>($"\"{content}\""), Unescape(content));

    [Theory]
    [InlineData("""\ud83dx""", "\uFFFDx")]
    [InlineData("""\ude00""", "\uFFFD")]
    [InlineData("""\ud83d\u0041""", "\uFFFDA")]
    [InlineData("""\ud83d\ud83d\ude00""", "\uFFFD😀")]
    public void A_lone_surrogate_becomes_the_replacement_character(string content, string expected) => Assert.Equal(expected, Unescape(content));

    private static string Unescape(string content)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var destination = new byte[bytes.Length];
        return Encoding.UTF8.GetString(destination, 0, JsonText.Unescape(bytes, destination));
    }
}
