using System.Globalization;
using System.Text.Json.Nodes;
using StreamEnricher.Delivery.Pacing;

namespace StreamEnricher.Cli.Configuration.Shapes;

/// <summary>The scalar values that pipeline files are made of.</summary>
internal static class Scalars
{
    /// <summary>Any text, also an empty one.</summary>
    public static Shape<string> Text { get; } = new ScalarShape<string>("a text", StringSchema, (string text, out string value) =>
    {
        value = text;
        return null;
    });

    /// <summary>Text with at least one character.</summary>
    public static Shape<string> Name { get; } = new ScalarShape<string>("a name", StringSchema, (string text, out string value) =>
    {
        value = text;
        return text.Length > 0 ? null : "write at least one character";
    });

    /// <summary>A text that is never shown.</summary>
    public static Shape<Secret> Secret { get; } = new ScalarShape<Secret>("a text", StringSchema, (string text, out Secret value) =>
    {
        value = new Secret(text);
        return null;
    }, isSecret: true);

    /// <summary>true or false.</summary>
    public static Shape<bool> Boolean { get; } = new ScalarShape<bool>("true or false", () => new JsonObject { ["type"] = "boolean" }, (string text, out bool value) =>
    {
        value = text is "true";
        return text is "true" or "false" ? null : "";
    });

    /// <summary>Bytes.</summary>
    public static Shape<long> Size { get; } = new ScalarShape<long>(
        "a size such as 512MiB",
        () => new JsonObject { ["type"] = new JsonArray("string", "integer"), ["pattern"] = @"^[0-9]+(\.[0-9]+)? ?(GiB|MiB|KiB|GB|MB|kB|KB|B)?$" },
        (string text, out long value) => Units.TryParseSize(text, out value) ? null : "units: B, KiB, MiB, GiB");

    /// <summary>A time span.</summary>
    public static Shape<TimeSpan> Duration { get; } = new ScalarShape<TimeSpan>(
        "a duration such as 20ms",
        () => new JsonObject { ["type"] = "string", ["pattern"] = @"^[0-9]+(\.[0-9]+)? ?(ms|s|m|h|d)$" },
        (string text, out TimeSpan value) => Units.TryParseDuration(text, out value) ? null : "units: ms, s, m, h, d");

    /// <summary>Events or bytes in a time; null for no limit.</summary>
    public static Shape<RateLimit?> Rate { get; } = new ScalarShape<RateLimit?>(
        "a rate such as 5000/s or 10MiB/s",
        () => new JsonObject { ["type"] = new JsonArray("string", "integer"), ["pattern"] = @"^(none|[0-9]+(\.[0-9]+)? ?(GiB|MiB|KiB|GB|MB|kB|KB|B)?(/[smh])?)$" },
        (string text, out RateLimit? value) => Units.TryParseRate(text, out value) ? null : "events: 5000/s; bytes: 10MiB/s; also /m and /h");

    /// <summary>A whole number of a range.</summary>
    public static Shape<int> Integer(int minimum, int maximum) => new ScalarShape<int>(
        $"a whole number from {minimum} to {maximum}",
        () => new JsonObject { ["type"] = "integer", ["minimum"] = minimum, ["maximum"] = maximum },
        (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= minimum && value <= maximum ? null : "");

    /// <summary>A number of cores, or <c>auto</c> for all (0).</summary>
    public static Shape<int> Cores { get; } = new ScalarShape<int>(
        "auto or a number of cores from 1 to 1024",
        () => new JsonObject { ["oneOf"] = new JsonArray(new JsonObject { ["const"] = "auto" }, new JsonObject { ["type"] = "integer", ["minimum"] = 1, ["maximum"] = 1024 }) },
        (string text, out int value) =>
        {
            value = 0;
            return text == "auto" || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value is >= 1 and <= 1024) ? null : "";
        });

    /// <summary>One of a few words.</summary>
    public static Shape<string> Choice(params string[] words) => new ScalarShape<string>(
        words.Length == 1 ? words[0] : $"one of {string.Join(", ", words)}",
        () => new JsonObject { ["enum"] = new JsonArray([.. words.Select(word => JsonValue.Create(word))]) },
        (string text, out string value) =>
        {
            value = text;
            return words.Contains(text, StringComparer.Ordinal) ? null : words.Length == 1 ? "" : Suggestion.For(text, words);
        });

    private static JsonObject StringSchema() => new() { ["type"] = "string" };
}
