using System.Text.Json;
using CsCheck;

namespace StreamEnricher.UnitTests.Enrichment.Scanning;

/// <summary>Valid JSON objects whose members are partly those of <see cref="TestPlans.Samples"/>, with white space, escapes and duplicates.</summary>
internal static class JsonGenerator
{
    private const int Depth = 4;

    private static readonly string[] Names =
    [
        "timestamp", "ts", "src_ip", "source", "alert", "signature", "metadata", "mitre_technique_id", "dns", "queries", "rule", "id", "mitre", "a", "b", "c",
        "data", "srcip", "src_endpoint", "ip", "unknown", "id.orig_h", "dotted.name", "", "u", "ab", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghijklmnop",
        "abcdefghijklmnopq", "a_name_of_exactly_29_bytes_xx", "a_name_of_exactly_30_bytes_xxx", "a_name_that_is_longer_than_one_vector_has_bytes", "größe",
        "\\u0073rc_ip", "al\\u0065rt", "unkn\\u006fwn", "q\\\"uote", "dotted\\u002ename",
    ];

    private static readonly string[] Scalars =
    [
        "true", "false", "null", "0", "-0", "7", "-1", "49152", "1588205199.82437", "12345678901234567890123456789012345678901234567890", "1e5", "-1.5E-10", "\"\"", "\"x\"",
        "\"192.0.2.1\"", "\"exactly thirty bytes of text..\"", "\"exactly thirty-one bytes of text\"", "\"exactly thirty-two bytes of text.\"",
        "\"C:\\\\Windows\\\\System32\\\\WindowsPowerShell\\\\v1.0\\\\powershell.exe -NoP\"", "\"an escape over the edge, 31 here\\\\\"", "\"an escape over the edge: x 30\\u0041\"",
        "\"\\ud83d\\ude00 \\ud800\"", "\"a.b,c:{d}[e]\"", "\"东京, größer als 32 Bytes – viel größer\"",
    ];

    private static readonly Gen<string> Space = Gen.OneOf("", "", "", "", " ", "\t", "\n", " \r\n  ");

    private static readonly Gen<string> Scalar = Gen.Frequency((4, Gen.OneOf(Scalars)), (1, Gen.String.Select(text => JsonSerializer.Serialize(text))), (1, Gen.Double.Select(JsonOf)));

    /// <summary>The documents.</summary>
    public static Gen<string> Documents { get; } = Gen.Select(Space, Object(Depth), Space, (before, text, after) => before + text + after);

    private static string JsonOf(double number) => double.IsFinite(number) ? JsonSerializer.Serialize(number) : "0.25";

    private static Gen<string> Value(int depth) => depth == 0 ? Scalar : Gen.Frequency((5, Scalar), (2, Object(depth - 1)), (1, Array(depth - 1)));

    private static Gen<string> Object(int depth) =>
        Gen.Select(Gen.OneOf(Names), Space, Value(depth), Space, (name, before, value, after) => $"{before}\"{name}\"{after}:{before}{value}{after}")
            .Array[0, 7].Select(members => $"{{{string.Join(',', members)}}}");

    private static Gen<string> Array(int depth) =>
        Gen.Select(Space, Value(depth), (space, value) => space + value + space).Array[0, 4].Select(values => $"[{string.Join(',', values)}]");
}
