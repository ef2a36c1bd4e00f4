using System.Text;
using System.Text.Json;
using CsCheck;
using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.UnitTests.Enrichment.Encoders;

public sealed class LongTextTests
{
    [Fact]
    public void A_text_that_an_index_takes_stays_one() => Assert.Equal(JsonValueKind.String, Write(new string('x', LongText.Limit)).ValueKind);

    [Fact]
    public void A_longer_text_becomes_its_parts_in_order()
    {
        var text = string.Concat(Enumerable.Range(0, 10_000).Select(static i => $"{i:D5}"));
        var parts = Write(text);
        Assert.Equal(JsonValueKind.Array, parts.ValueKind);
        Assert.Equal(text, Joined(parts));
        Assert.All(parts.EnumerateArray(), static part => Assert.InRange(part.GetRawText().Length, 3, LongText.Part + 2));
    }

    [Theory]
    [InlineData("é")]
    [InlineData("€")]
    [InlineData("😀")]
    [InlineData("\\u0041")]
    [InlineData("\\ud83d\\ude00")]
    [InlineData("\\\\")]
    [InlineData("\\n")]
    public void No_character_and_no_escape_is_cut(string piece)
    {
        var content = "abc" + string.Concat(Enumerable.Repeat(piece, 40_000 / Encoding.UTF8.GetByteCount(piece)));
        var parts = Write(content);
        using var whole = JsonDocument.Parse($"\"{content}\"");
        Assert.Equal(whole.RootElement.GetString(), Joined(parts));
    }

    [Fact]
    public void Any_text_is_the_same_when_joined() => Gen.String[Gen.Char['\u0000', '\ud7ff'], 0, 20].Sample(static text =>
    {
        var content = JsonEncodedText.Encode(string.Concat(Enumerable.Repeat("x" + text, 1 + (40_000 / (1 + text.Length))))).ToString();
        using var whole = JsonDocument.Parse($"\"{content}\"");
        return whole.RootElement.GetString() == Joined(Write(content));
    }, iter: 50);

    private static JsonElement Write(string content)
    {
        var writer = new Utf8Writer();
        LongText.Write(Encoding.UTF8.GetBytes(content), writer);
        return JsonDocument.Parse(writer.Span.ToArray()).RootElement;
    }

    private static string Joined(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? element.GetString()!
        : string.Concat(element.EnumerateArray().Select(static part => part.GetString()));
}
