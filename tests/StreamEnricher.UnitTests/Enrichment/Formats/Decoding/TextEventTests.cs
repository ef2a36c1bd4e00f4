using StreamEnricher.Core.Delivery;
using StreamEnricher.Testing.Enrichment;
using static StreamEnricher.UnitTests.Enrichment.Formats.ShippedFormats;

namespace StreamEnricher.UnitTests.Enrichment.Formats.Decoding;

/// <summary>The way of events that are text through the enrichment.</summary>
public sealed class TextEventTests
{
    private const string Lines = """
        format: lines
        decode: { as: syslog, from: [log] }
        vendor_namespace: lines
        fields: { message: { from: message }, host.name: { from: hostname } }
        """;

    [Theory]
    [InlineData("CEF:0|Acme|IDS|1|7|n|9|src=10.0.0.1", """{"observer":{"vendor":"Acme"},"source":{"ip":"10.0.0.1"},"event":{"code":"7","severity":90},"cef":{"severity":"9"}}""")]
    [InlineData("<34>1 2026-01-02T03:04:05Z h app - - - text", """{"@timestamp":"2026-01-02T03:04:05Z","message":"text","log":{"syslog":{"appname":"app"}}}""")]
    [InlineData("::1 - - [26/Jun/2020:16:16:29 +0200] \"GET /x HTTP/1.1\" 404 209", """{"url":{"original":"/x"},"event":{"outcome":"failure","category":["web"]}}""")]
    [InlineData("{\"log\":\"\\u003c34\\u003eJan  2 03:04:05 h app[7]: text\",\"stream\":\"stdout\"}", """{"message":"text","process":{"pid":7},"syslog":{"envelope":{"stream":"stdout"}}}""")]
    [InlineData("{\n\"message\": \"CEF:0|Acme|IDS|1|7|n|9|src=10.0.0.1\",\n\"a\": 1}", """{"observer":{"vendor":"Acme"},"cef":{"envelope":{"a":1}}}""")]
    public async Task Auto_knows_text_by_its_form_alone_or_within_an_object(string text, string expected) => AssertHas(expected, await DocumentAsync(text));

    [Theory]
    [InlineData("{\"log\":\"plain text\"}", "plain text")]
    [InlineData("{\"message\":\"2026-01-02T03:04:05Z INFO started\"}", "2026-01-02T03:04:05Z INFO started")]
    public async Task Auto_leaves_other_texts_to_the_generic_format(string text, string message) =>
        AssertHas($$"""{"message":"{{message}}","syslog":null}""", await LastResortAsync(text));

    [Fact]
    public async Task A_declared_format_takes_any_text_of_its_form()
    {
        using var bench = new EnrichmentBench([Lines], "lines");
        var texts = await bench.EnrichAsync("free text", "{\"log\":\"Jan  2 03:04:05 h app: x\"}", "{\"other\":1}");
        AssertHas("""{"message":"free text"}""", texts.Ecs(0));
        AssertHas("""{"message":"x","host":{"name":"h"}}""", texts.Ecs(1));
        AssertHas("""{"generic":{"event":{"other":1}}}""", texts.Ecs(2));
    }

    [Theory]
    [InlineData("\u0000", "the value is neither a JSON object nor syslog")]
    [InlineData("a\u0000b", "the value is neither a JSON object nor syslog")]
    [InlineData("{\"log\":", "the value is not JSON (byte 7)")]
    public async Task What_is_no_text_is_refused(string text, string detail)
    {
        using var bench = new EnrichmentBench([Lines], "lines");
        var rejected = Assert.Single((await bench.EnrichAsync(text)).Rejected);
        Assert.Equal((DeadLetterReason.MalformedJson, detail), (rejected.Reason, rejected.Detail));
    }

    [Fact]
    public async Task A_format_that_comes_before_another_is_tried_first()
    {
        const string first = "format: zz\nrecognise: { a|exists: true }\nbefore: [aa]\nvendor_namespace: zz\naliases: { b.c: [d] }\nfields: { message: { from: b.c } }";
        const string second = "format: aa\nrecognise: { a|exists: true }\nvendor_namespace: aa";
        using var bench = new EnrichmentBench([first, second], null);
        var texts = await bench.EnrichAsync("""{"a":1,"d":"x"}""", """{"a":1,"b":{"c":"y"}}""");
        AssertHas("""{"message":"x","zz":{"a":1},"aa":null}""", texts.Ecs(0));
        AssertHas("""{"message":"y"}""", texts.Ecs(1));
    }

    [Fact]
    public async Task A_time_may_be_written_with_escapes() =>
        AssertHas("""{"@timestamp":"2026-01-02T02:04:05.678Z"}""", await LastResortAsync("""{"timestamp":"2026-01-02T03:04:05.678\u002B01:00"}"""));

    [Theory]
    [InlineData("hello", DeadLetterReason.MalformedJson)]
    [InlineData("42", DeadLetterReason.NotAnObject)]
    [InlineData("[\"CEF:0|\"]", DeadLetterReason.NotAnObject)]
    public async Task Auto_refuses_text_of_no_form(string text, string reason)
    {
        using var bench = new EnrichmentBench([Lines], null);
        Assert.Equal(reason, Assert.Single((await bench.EnrichAsync(text)).Rejected).Reason);
    }
}
