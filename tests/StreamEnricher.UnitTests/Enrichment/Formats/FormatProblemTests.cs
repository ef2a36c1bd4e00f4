using StreamEnricher.Enrichment.Formats;

namespace StreamEnricher.UnitTests.Enrichment.Formats;

public sealed class FormatProblemTests
{
    [Theory]
    [InlineData("fields: { source.iq: { from: a } }", "'source.iq' is no field of ECS 9.4.0 (did you mean 'source.ip'?)")]
    [InlineData("fields: { acme.x: { from: a } }", "what has no ECS home stays under the vendor namespace by itself")]
    [InlineData("fields: { event.id: { from: a } }", "'event.id' is written by the engine itself")]
    [InlineData("fields: { rule.id: { from: a, as: keywrd } }", "unknown conversion 'keywrd' (did you mean 'keyword'?)")]
    [InlineData("fields: { rule.id: { } }", "needs either 'from' or 'value'")]
    [InlineData("fields: { rule.id: { from: a, value: b } }", "needs either 'from' or 'value'")]
    [InlineData("fields: { event.kind: { value: signal } }", "event.kind 'signal' is reserved for Kibana; write 'alert'")]
    [InlineData("fields: { event.kind: { value: alarm } }", "'alarm' is no allowed value of event.kind (did you mean 'alert'?)")]
    [InlineData("fields: { event.severity: { value: high } }", "'high' does not fit event.severity (long)")]
    [InlineData("fields: { rule.name: { value: [a, b] } }", "rule.name takes one value, not a list")]
    [InlineData("fields: { event.category: { value: [threat] }, event.type: { value: [info] } }", "event.type 'info' does not go with event.category threat")]
    [InlineData("fields: { source.ip: { from: a, as: ip }, source.address: { from: b } }", "'source.address' is already written by another rule")]
    [InlineData("fields: { dns.answers: { from: a } }", "'dns.answers' holds objects (object)")]
    [InlineData("vendor_namespace: Acme", "must be lower-case words")]
    [InlineData("vendor_namespace: source.x", "begins with a name that ECS or the engine uses")]
    [InlineData("indicators: [ { type: ipv4, from: a } ]", "unknown indicator type 'ipv4'")]
    [InlineData("indicators: [ { type: ip, from: a, role: friend } ]", "unknown role 'friend'")]
    [InlineData("tables: [ { table: x } ]", "a table needs 'table' and 'key'")]
    [InlineData("cases: [ { name: a } ]", "a case needs 'name' and 'when'")]
    [InlineData("decode: { as: cfe }", "there is no text of kind 'cfe' (did you mean 'cef'?)")]
    [InlineData("decode: { from: [log] }", "decode needs 'as': one of cef, windows_xml, audit, access_log, syslog")]
    [InlineData("decode: { as: cef, form: [log] }", "unknown key 'form' in decode")]
    [InlineData("aliases: [a]", "aliases must be a map")]
    [InlineData("feilds: {}", "unknown key 'feilds' in the format (did you mean 'fields'?)")]
    public void A_mistake_is_reported_with_its_place_and_the_way_out(string yaml, string message)
    {
        var problem = Assert.Single(Problems($"format: acme\n{yaml}\n"));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Equal("test.yaml", problem.File);
        Assert.True(problem.Line >= 1 && problem.Column >= 1);
    }

    [Fact]
    public void All_mistakes_are_reported_at_once_each_on_its_line()
    {
        var problems = Problems("format: acme\nfields:\n  source.prot: { from: a }\n  rule.id: { from: b, as: text }\nextra: 1\n");
        Assert.Equal([5L, 3, 4], problems.Select(problem => problem.Line));
    }

    [Fact]
    public void What_is_no_yaml_is_reported_with_its_line()
    {
        var problem = Assert.Single(Problems("format: acme\nfields: { a: [\n"));
        Assert.StartsWith("not YAML", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_format_needs_a_name() => Assert.Contains("the format has no name", Assert.Single(Problems("title: x\n")).Message, StringComparison.Ordinal);

    private static List<FormatProblem> Problems(string yaml)
    {
        var problems = new List<FormatProblem>();
        if (FormatReader.Read("test.yaml", yaml, problems) is { } definition)
        {
            FormatCompiler.Compile(definition, problems);
        }

        return problems;
    }
}
