using System.Text;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.UnitTests.Enrichment.Scanning;

/// <summary>What is refused, and where the error is. Each text is also read by Utf8JsonReader, so that the lists cannot be wrong about it.</summary>
public sealed class JsonScannerStrictnessTests
{
    private static readonly ScanPlan Plan = TestPlans.Of("a", "b/c");
    private readonly ScanState _state = new();

    public static TheoryData<string> Values { get; } = new(
        "01", "+1", ".5", "1.", "1e", "1e+", "-", "--1", "-a", "1.e5", "1..2", "0x10", "1_000", "NaN", "Infinity", "-Infinity",
        "tru", "True", "nul", "nulls", "falsey", "truefalse", "undefined", "1 2", "1\u00012", "1\u0001", "1\u000b", "1\u00a0", "'x'", "x", "",
        "\"\\x\"", "\"\\u12G4\"", "\"\\u12\"", "\"\\u\"", "\"\\\"", "\"\u0001\"", "\"\n\"", "\"\t\"", "\"\u001f\"", "\"x", "\"x\"\"y\"",
        "[1 2]", "[1,]", "[,1]", "[,]", "[1,,2]", "[1", "[1}", "[\"a\":1]", "[", "]", "[]]", "[01]", "[1.]", "[tru]",
        "{\"x\"}", "{\"x\":}", "{\"x\"=1}", "{\"x\":1,}", "{,}", "{\"x\":1 \"y\":2}", "{\"x\":1]", "{x:1}", "{1:2}", "{\"x\":1", "{", "}", "{\"x\" 1}", "{\"x\"::1}",
        "{\"\\x\":1}", "{\"\u0001\":1}", "{null:1}", "/* comment */ 1", "1 // comment", "[1/**/]", "\"a string of more than thirty-two bytes with a\nline feed\"",
        "\"a string of more than thirty-two bytes with a wrong \\escape\"", "12345678901234567890123456789012345678901234567890x");

    public static TheoryData<string> Documents { get; } = new(
        "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{,\"a\":1}", "{\"a\":1}}", "{\"a\":1}{}", "{\"a\":1} x", "{\"a\":1},", "{\"a\":1}\0",
        "{\"a\"=1}", "{\"a\":\"x\";\"b\":2}", "{\"a\":1 \"b\":2}", "{\"a\":1:2}", "{a:1}", "{'a':1}", "{\"a\":1]", "}", "x", "\0", "\uFEFF{\"a\":1}", "{\"b\":{\"c\":1}", "{\"b\":{\"c\":1]}",
        "{\"b\":{\"c\":1,}}", "{\"b\":{,}}", "{\"a\"\u0001:1}", "{\u0001}", "{\u000c\"a\":1}", "{\"a\":1}\u000b", "/**/{}", "{}//", "{\"\\ud80\":1}");

    [Theory]
    [MemberData(nameof(Values))]
    public void Scan_refuses_a_wrong_value_wherever_it_stands(string value)
    {
        foreach (var text in (string[])[$$"""{"a":{{value}}}""", $$"""{"z":{{value}},"a":1}""", $$"""{"b":{"c":{{value}} } }""", $$"""{"z":[{"y":{{value}}}]}"""])
        {
            AssertStatus(ScanStatus.Malformed, Encoding.UTF8.GetBytes(text));
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Scan_refuses_a_wrong_document(string text) => AssertStatus(ScanStatus.Malformed, Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("ff")]
    [InlineData("c0 af")]
    [InlineData("e0 80 af")]
    [InlineData("ed a0 80")]
    [InlineData("f4 90 80 80")]
    [InlineData("c3")]
    [InlineData("80")]
    public void Scan_refuses_invalid_UTF8_in_values_and_names(string hex)
    {
        var bad = Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));
        AssertStatus(ScanStatus.InvalidUtf8, [.. "{\"a\":\""u8, .. bad, .. "\"}"u8], 6);
        AssertStatus(ScanStatus.InvalidUtf8, [.. "{\""u8, .. bad, .. "\":1}"u8], 2);
        AssertStatus(ScanStatus.InvalidUtf8, [.. "{\"a\":1}"u8, .. bad], 7);
    }

    [Theory]
    [InlineData("", nameof(ScanStatus.Empty))]
    [InlineData(" \t\r\n ", nameof(ScanStatus.Empty))]
    [InlineData("[]", nameof(ScanStatus.NotAnObject))]
    [InlineData(" [1]", nameof(ScanStatus.NotAnObject))]
    [InlineData("\"x\"", nameof(ScanStatus.NotAnObject))]
    [InlineData("-1", nameof(ScanStatus.NotAnObject))]
    [InlineData("42", nameof(ScanStatus.NotAnObject))]
    [InlineData("true", nameof(ScanStatus.NotAnObject))]
    [InlineData("null", nameof(ScanStatus.NotAnObject))]
    [InlineData("CEF:0|x", nameof(ScanStatus.Malformed))]
    [InlineData("<13>Jan", nameof(ScanStatus.Malformed))]
    public void Scan_tells_what_is_no_object(string text, string status) => AssertStatus(Enum.Parse<ScanStatus>(status), Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("""{"a":1,"b":tru}""", 11)]
    [InlineData("""{"a":01}""", 6)]
    [InlineData("""{"a":"x\q"}""", 8)]
    [InlineData("""{"a":1,}""", 7)]
    [InlineData("""{"a":1""", 6)]
    [InlineData("""{"a":1} x""", 8)]
    [InlineData("""  7""", 2)]
    [InlineData("""{"a":1.x}""", 7)]
    [InlineData("""{"z":{"y":[1}}""", 12)]
    public void ErrorAt_is_the_byte_that_is_wrong(string text, int at) => Assert.Equal(at, ScanResult.Of(Encoding.UTF8.GetBytes(text), Plan, _state).ErrorAt);

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"x\":", "}")]
    [InlineData("{\"b\":", "}")]
    public void Scan_takes_64_levels_and_refuses_65(string open, string close)
    {
        var inner = JsonScanner.MaxDepth - 1;
        var deepest = ScanResult.Of(Nested(inner), Plan, _state);
        Assert.Equal(ScanStatus.Ok, deepest.Status);
        Assert.Equal(JsonScanner.MaxDepth, deepest.MaxDepth);
        AssertStatus(ScanStatus.TooDeep, Nested(inner + 1));
        AssertStatus(ScanStatus.TooDeep, Nested(10_000));

        byte[] Nested(int levels) => Encoding.UTF8.GetBytes("{\"b\":" + Repeat(open, levels) + "1" + Repeat(close, levels) + "}");
    }

    [Fact]
    public void Scan_refuses_65_levels_that_the_plan_knows()
    {
        var plan = TestPlans.Of(string.Join('/', Enumerable.Repeat("x", 70)));
        Assert.Equal(ScanStatus.Ok, ScanResult.Of(Encoding.UTF8.GetBytes(Repeat("{\"x\":", 64) + "1" + Repeat("}", 64)), plan, _state).Status);
        Assert.Equal(ScanStatus.TooDeep, ScanResult.Of(Encoding.UTF8.GetBytes(Repeat("{\"x\":", 65) + "1" + Repeat("}", 65)), plan, _state).Status);
    }

    [Fact]
    public void Scan_lets_pass_what_JSON_allows_though_it_is_odd()
    {
        foreach (var text in (string[])["""{"a":1,"a":2}""", """{"a":"\ud800"}""", """{"a":1e999}""", """{"":{}}""", "{\"a\":\"\u007f\u2028\"}", """{"\u0000":1}"""])
        {
            AssertStatus(ScanStatus.Ok, Encoding.UTF8.GetBytes(text));
        }
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private void AssertStatus(ScanStatus status, byte[] text, int? errorAt = null)
    {
        var reference = ReferenceScan.Of(text, Plan);
        Assert.Equal(status, reference.Status);
        var actual = ScanResult.Of(text, Plan, _state);
        ScanResult.AssertSame(reference, actual, text);
        Assert.Equal(errorAt ?? actual.ErrorAt, actual.ErrorAt);
        Assert.InRange(actual.ErrorAt, 0, text.Length);
    }
}
