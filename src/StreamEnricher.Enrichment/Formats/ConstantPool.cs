using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Formats;

/// <summary>Collects the constants of a format as finished JSON tokens.</summary>
internal sealed class ConstantPool
{
    // Tokens go into documents, not into HTML: only what JSON itself needs is escaped.
    private static readonly JsonEncodedText Empty = JsonEncodedText.Encode("", JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
    private readonly List<byte> _bytes = [];
    private readonly Dictionary<string, Constant> _known = new(StringComparer.Ordinal);

    /// <summary>All constants, and padding for those who copy whole vectors.</summary>
    public byte[] ToArray() => [.. _bytes, .. new byte[EventBatch.Padding]];

    /// <summary>A finished token.</summary>
    public Constant Add(string token)
    {
        if (!_known.TryGetValue(token, out var constant))
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(token);
            constant = new Constant(_bytes.Count, bytes.Length);
            _bytes.AddRange(bytes);
            _known[token] = constant;
        }

        return constant;
    }

    /// <summary>The JSON string of a text, with quotes.</summary>
    public static string Quote(string text) =>
        text.Length == 0 ? $"\"{Empty}\"" : $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

    /// <summary>The token that a constant of a field is written as; null when the text does not fit the type.</summary>
    public static string? Token(Conversion conversion, string text)
    {
        switch (conversion)
        {
            case Conversion.Long or Conversion.Hex or Conversion.Score10:
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole.ToString(CultureInfo.InvariantCulture) : null;
            case Conversion.Float:
                return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                    ? number.ToString("0.################", CultureInfo.InvariantCulture)
                    : null;
            case Conversion.Boolean:
                return bool.TryParse(text, out var flag) ? (flag ? "true" : "false") : null;
            default:
                return string.IsNullOrWhiteSpace(text) ? null : Quote(text);
        }
    }
}
