using System.Text;
using System.Text.Json.Nodes;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Formats.Decoding;

namespace StreamEnricher.UnitTests.Enrichment.Formats.Decoding;

/// <summary>What a decoder makes of a text.</summary>
internal static class DecodedText
{
    /// <summary>2026-03-01T00:00:00Z, the time of all records here.</summary>
    public const long RecordSeconds = 1_772_323_200;

    /// <summary>The object as JSON text; null when the text is not written in that form.</summary>
    public static string? Of(TextForm form, string text)
    {
        var writer = new Utf8Writer();
        writer.Append((byte)'{');
        if (!TextDecoder.TryDecode(form, Encoding.UTF8.GetBytes(text), RecordSeconds, writer))
        {
            Assert.Equal(1, writer.Written);
            return null;
        }

        writer.Append((byte)'}');
        return JsonNode.Parse(writer.Span)!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <summary>Whether <c>format: auto</c> would take the text for one of that form.</summary>
    public static bool Recognises(TextForm form, string text) => TextDecoder.Recognises(form, Encoding.UTF8.GetBytes(text));
}
