using StreamEnricher.Testing.Enrichment;

namespace StreamEnricher.UnitTests.Enrichment.Encoders;

public sealed class ConverterTests
{
    [Theory]
    [InlineData("rule.id: { from: v }", "7", "rule", """{"id":"7"}""")]
    [InlineData("rule.id: { from: v }", "true", "rule", """{"id":"true"}""")]
    [InlineData("rule.id: { from: v }", "\"a\\\"b\"", "rule", """{"id":"a\"b"}""")]
    [InlineData("rule.author: { from: v }", "\"one\"", "rule", """{"author":["one"]}""")]
    [InlineData("rule.author: { from: v }", """["a","",null,"b","a",3]""", "rule", """{"author":["a","b","3"]}""")]
    [InlineData("event.duration: { from: v }", "12", "event", """{"duration":12}""")]
    [InlineData("event.duration: { from: v }", "\"12\"", "event", """{"duration":12}""")]
    [InlineData("event.risk_score: { from: v }", "1.5", "event", """{"risk_score":1.5}""")]
    [InlineData("event.risk_score: { from: v }", "\"1.5\"", "event", """{"risk_score":1.5}""")]
    [InlineData("process.pid: { from: v, as: hex }", "\"0x1f4\"", "process", """{"pid":500}""")]
    [InlineData("process.pid: { from: v, as: hex }", "500", "process", """{"pid":500}""")]
    [InlineData("network.transport: { from: v, as: lowercase }", "\"TCP\"", "network", """{"transport":"tcp"}""")]
    [InlineData("rule.ruleset: { from: v, as: uppercase }", "\"et\"", "rule", """{"ruleset":"ET"}""")]
    [InlineData("source.mac: { from: v, as: mac }", "\"00:0d:3a:13:e3:69\"", "source", """{"mac":"00-0D-3A-13-E3-69"}""")]
    [InlineData("event.start: { from: v }", "\"2023-09-03T00:00:29.092106+0300\"", "event", """{"start":"2023-09-02T21:00:29.092106Z"}""")]
    [InlineData("event.start: { from: v }", "1588205199.82437", "event", """{"start":"2020-04-30T00:06:39.824370Z"}""")]
    [InlineData("process.name: { from: v, as: basename }", "\"C:\\\\Windows\\\\cmd.exe\"", "process", """{"name":"cmd.exe"}""")]
    [InlineData("process.name: { from: v, as: basename }", "\"/usr/bin/b\\u00e9\"", "process", """{"name":"b\u00e9"}""")]
    [InlineData("process.name: { from: v, as: basename }", "\"plain\"", "process", """{"name":"plain"}""")]
    [InlineData("process.name: { from: v, as: basename }", "\"C:\\\\a\\tb\"", "process", """{"name":"a\tb"}""")]
    [InlineData("process.name: { from: v, as: basename }", "\"C:\\\\\\\\b\"", "process", """{"name":"b"}""")]
    [InlineData("process.name: { from: v, as: basename }", "\"C:\\\\a\\\\\\tb\"", "process", """{"name":"\tb"}""")]
    [InlineData("process.name: { from: v, as: basename }", "\"a\\/b\"", "process", """{"name":"b"}""")]
    [InlineData("user: { from: v, as: windows_user }", "\"CORP\\\\j.doe\"", "user", """{"name":"j.doe","domain":"CORP"}""")]
    [InlineData("user: { from: v, as: windows_user }", "\"j.doe\"", "user", """{"name":"j.doe"}""")]
    [InlineData("dns.answers: { from: v, as: data_objects }", """["a","b"]""", "dns", """{"answers":[{"data":"a"},{"data":"b"}]}""")]
    [InlineData("host.ip: { from: v }", """["10.0.0.1","10.0.0.1"]""", "host", """{"ip":["10.0.0.1"]}""")]
    public async Task A_value_becomes_what_its_field_wants(string rule, string value, string set, string expected)
    {
        using var bench = new EnrichmentBench([Format(rule)], "acme");
        var document = (await bench.EnrichAsync($"{{\"v\":{value}}}")).Ecs();
        document["event"]!.AsObject().Remove("id");
        JsonAssert.Equal(expected, document[set]!);
    }

    [Theory]
    [InlineData("event.duration: { from: v }", "\"12s\"")]
    [InlineData("event.duration: { from: v }", "1.5")]
    [InlineData("event.duration: { from: v }", "{\"a\":1}")]
    [InlineData("source.port: { from: v }", "70000")]
    [InlineData("rule.id: { from: v }", "[\"a\"]")]
    [InlineData("host.ip: { from: v }", "\"10.1\"")]
    [InlineData("source.mac: { from: v, as: mac }", "\"no mac\"")]
    [InlineData("process.pid: { from: v, as: hex }", "\"0xzz\"")]
    [InlineData("event.start: { from: v }", "\"1601-01-01T00:00:00Z\"")]
    [InlineData("event.outcome: { from: v }", "\"blocked\"")]
    [InlineData("user: { from: v, as: windows_user }", "\"CORP\\\\\"")]
    [InlineData("process.name: { from: v, as: basename }", "\"C:\\\\\"")]
    [InlineData("file.hash: { from: v, as: hashes }", "\"none\"")]
    public async Task What_does_not_fit_stays_where_it_was(string rule, string value)
    {
        using var bench = new EnrichmentBench([Format(rule)], "acme");
        var document = (await bench.EnrichAsync($"{{\"v\":{value}}}")).Ecs();
        JsonAssert.Equal($"{{\"v\":{value}}}", document["acme"]!);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"  \"")]
    [InlineData("\"-\"")]
    [InlineData("null")]
    public async Task Nothing_is_left_out(string value)
    {
        using var bench = new EnrichmentBench([Format("rule.id: { from: v }")], "acme");
        var document = (await bench.EnrichAsync($"{{\"v\":{value}}}")).Ecs();
        Assert.Null(document["rule"]);
        Assert.Null(document["acme"]);
    }

    [Fact]
    public async Task Sysmon_hashes_are_told_apart_and_collected()
    {
        using var bench = new EnrichmentBench([Format("process.hash: { from: v, as: hashes }")], "acme");
        var document = (await bench.EnrichAsync(
            """{"v":"MD5=352B525E9C26CB92693899528FE007C2,SHA256=1F1D918EC49E0B7C59B704FF412E1A6E224DA81C08CDA657E1CB482ABAAC146C,IMPHASH=94F3EFC2DF40ECD7229B904540DD83CF"}""")).Ecs();
        JsonAssert.Equal(
            """{"hash":{"md5":"352b525e9c26cb92693899528fe007c2","sha256":"1f1d918ec49e0b7c59b704ff412e1a6e224da81c08cda657e1cb482abaac146c"},"pe":{"imphash":"94f3efc2df40ecd7229b904540dd83cf"}}""",
            document["process"]!);
        Assert.Equal(2, document["related"]!["hash"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_first_source_that_converts_wins_and_the_others_stay()
    {
        using var bench = new EnrichmentBench([Format("event.duration: { from: [a, b, c] }")], "acme");
        var document = (await bench.EnrichAsync("""{"a":"x","b":2,"c":3}""")).Ecs();
        Assert.Equal(2, (int?)document["event"]!["duration"]);
        JsonAssert.Equal("""{"a":"x","c":3}""", document["acme"]!);
    }

    [Fact]
    public async Task Copy_and_array_steps_leave_the_source_where_it_is()
    {
        using var bench = new EnrichmentBench([Format("rule.id: { from: a, copy: true }\n  dns.question.name: { from: q.0.n }")], "acme");
        var document = (await bench.EnrichAsync("""{"a":"x","q":[{"n":"example.org"}]}""")).Ecs();
        Assert.Equal("x", (string?)document["rule"]!["id"]);
        Assert.Equal("example.org", (string?)document["dns"]!["question"]!["name"]);
        JsonAssert.Equal("""{"a":"x","q":[{"n":"example.org"}]}""", document["acme"]!);
    }

    [Fact]
    public async Task Roots_and_literal_dots_lead_to_the_same_field()
    {
        var format = "format: acme\nvendor_namespace: acme\nroots: [\"\", \"Event.Data.\"]\nfields:\n  rule.id: { from: Id }\n  source.ip: { from: id.orig_h, as: ip }\n";
        using var bench = new EnrichmentBench([format], "acme");
        var texts = await bench.EnrichAsync("""{"Id":"1","id.orig_h":"10.0.0.1"}""", """{"Event":{"Data":{"Id":"2","rest":1}},"id":{"orig_h":"10.0.0.2"}}""");
        Assert.Equal("1", (string?)texts.Ecs(0)["rule"]!["id"]);
        Assert.Equal("10.0.0.1", (string?)texts.Ecs(0)["source"]!["ip"]);
        Assert.Equal("2", (string?)texts.Ecs(1)["rule"]!["id"]);
        Assert.Equal("10.0.0.2", (string?)texts.Ecs(1)["source"]!["ip"]);
        JsonAssert.Equal("""{"Event":{"Data":{"rest":1}}}""", texts.Ecs(1)["acme"]!);
    }

    [Fact]
    public async Task Cases_add_to_the_format_replace_and_take_away()
    {
        const string format = """
            format: acme
            vendor_namespace: acme
            fields:
              event.kind: { value: event }
              event.category: { value: [network] }
              rule.name: { from: n }
            cases:
              - name: dns
                when: { type: dns }
                vendor_namespace: acme.dns
                fields: { dns.question.name: { from: q }, event.category: ~ }
                event: { type: { value: lookup } }
              - name: alert
                when: { type: alert }
                fields: { event.kind: { value: alert } }
            """;
        using var bench = new EnrichmentBench([format], "acme");
        var texts = await bench.EnrichAsync("""{"type":"dns","q":"a.example","x":1}""", """{"type":"alert","q":"b","n":"r"}""", """{"type":"z"}""");
        Assert.Equal("a.example", (string?)texts.Ecs(0)["dns"]!["question"]!["name"]);
        Assert.Null(texts.Ecs(0)["event"]!["category"]);
        JsonAssert.Equal("""{"dns":{"type":"dns","x":1}}""", texts.Ecs(0)["acme"]!);
        Assert.Equal("lookup", (string?)texts.Event(0)["event_type"]);
        Assert.Equal("alert", (string?)texts.Ecs(1)["event"]!["kind"]);
        JsonAssert.Equal("""{"type":"alert","q":"b"}""", texts.Ecs(1)["acme"]!);
        Assert.Equal("event", (string?)texts.Ecs(2)["event"]!["kind"]);
        Assert.Equal("acme", (string?)texts.Event(2)["event_type"]);
    }

    private static string Format(string rules) => $"format: acme\nvendor_namespace: acme\nfields:\n  {rules}\n";
}
