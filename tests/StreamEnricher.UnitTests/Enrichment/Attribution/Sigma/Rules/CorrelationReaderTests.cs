using StreamEnricher.Enrichment.Attribution.Sigma.Rules;
using StreamEnricher.Enrichment.Conditions;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Sigma.Rules;

public sealed class CorrelationReaderTests
{
    [Fact]
    public void A_correlation_has_its_types_members_and_the_documents_own()
    {
        var correlation = Assert.IsType<SigmaCorrelation>(Assert.Single(Read("""
            title: Many accounts
            id: c
            author: A
            license: DRL-1.1
            level: high
            tags: [attack.t1110.003]
            correlation:
              type: value_count
              rules: [failed, other]
              group-by: [host, source]
              timespan: 15m
              aliases: { source: { failed: IpAddress, other: SourceIp } }
              condition: { field: User, gt: 9, lte: 100 }
              generate: true
            """).Documents));

        Assert.Equal((CorrelationType.ValueCount, 10, TimeSpan.FromMinutes(15), true), (correlation.Type, correlation.Count, correlation.Timespan, correlation.Generate));
        Assert.Equal(["failed", "other"], correlation.Rules.Select(rule => rule.Name));
        Assert.Equal(["host", "source"], correlation.GroupBy);
        Assert.Equal(["User"], correlation.Values);
        Assert.Equal("SourceIp", correlation.Aliases["source"]["other"]);
        Assert.Equal(("c", "Many accounts", "A", "DRL-1.1", SigmaLevel.High), (correlation.Id, correlation.Title, correlation.Author, correlation.License, correlation.Level));
        Assert.Equal(["T1110.003"], correlation.Techniques);
    }

    [Theory]
    [InlineData("30s", 30)]
    [InlineData("5m", 300)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86_400)]
    [InlineData("1w", 604_800)]
    public void A_timespan_is_a_number_and_a_letter(string text, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ((SigmaCorrelation)Read(Of($"{{ type: temporal, rules: [a, b], timespan: {text} }}")).Documents[0]).Timespan);

    [Theory]
    [InlineData("gte: 5", 5)]
    [InlineData("gt: 5", 6)]
    [InlineData("eq: 5", 5)]
    [InlineData("gt: 5, lte: 6", 6)]
    public void The_count_that_fires_is_the_least_that_fulfils_the_condition(string condition, int count) =>
        Assert.Equal(count, ((SigmaCorrelation)Read(Of($"{{ type: event_count, rules: a, timespan: 1m, condition: {{ {condition} }} }}")).Documents[0]).Count);

    [Theory]
    [InlineData("[]", "'correlation' must be a map")]
    [InlineData("{ rules: [a], timespan: 1m, condition: { gte: 1 } }", "has no 'type'; there are event_count, value_count, temporal, temporal_ordered")]
    [InlineData("{ type: sum, rules: [a], timespan: 1m, condition: { gte: 1 } }", "unknown correlation type 'sum'")]
    [InlineData("{ type: event_count, timespan: 1m, condition: { gte: 1 } }", "names no 'rules'")]
    [InlineData("{ type: event_count, rules: [[a]], timespan: 1m, condition: { gte: 1 } }", "'rules' takes ids or names")]
    [InlineData("{ type: event_count, rules: [a], condition: { gte: 1 } }", "'timespan' must be a number")]
    [InlineData("{ type: event_count, rules: [a], timespan: 5y, condition: { gte: 1 } }", "'timespan' must be a number")]
    [InlineData("{ type: event_count, rules: [a], timespan: 1m }", "'condition' must be a map")]
    [InlineData("{ type: event_count, rules: [a], timespan: 1m, condition: { lt: 5 } }", "that something stayed away is known only when")]
    [InlineData("{ type: event_count, rules: [a], timespan: 1m, condition: { gte: 5, lt: 5 } }", "the condition cannot hold: at least 5 and at most 4")]
    [InlineData("{ type: event_count, rules: [a], timespan: 1m, condition: { atleast: 5 } }", "unknown condition 'atleast'; there are gt, gte, eq, lt, lte")]
    [InlineData("{ type: event_count, rules: [a], timespan: 1m, condition: { gte: many } }", "'gte' takes a whole number")]
    [InlineData("{ type: event_count, rules: [a], timespan: 1m, condition: { gte: 20000 } }", "more than are kept (10000)")]
    [InlineData("{ type: value_count, rules: [a], timespan: 1m, condition: { gte: 2 } }", "value_count needs the 'field'")]
    [InlineData("{ type: temporal, rules: [a, b], timespan: 1m, condition: { gte: 3 } }", "3 different rules cannot hit: the correlation names 2")]
    [InlineData("{ type: temporal_ordered, rules: [a, b], timespan: 1m, condition: { gte: 1 } }", "wants all its rules in their order")]
    [InlineData("{ type: temporal, rules: [a, b], timespan: 1m, group-by: [[x]] }", "'group-by' must be a field")]
    [InlineData("{ type: temporal, rules: [a, b], timespan: 1m, aliases: { x: y } }", "an alias is a map of rule name: field")]
    [InlineData("{ type: temporal, rules: [a, b], timespan: 1m, aliases: [x] }", "'aliases' must be a map")]
    public void A_mistake_is_named_and_the_correlation_left_out(string block, string message)
    {
        var file = Read(Of(block));

        Assert.Empty(file.Documents);
        Assert.Equal(1, file.LeftOut);
        Assert.Contains(message, Assert.Single(file.Problems).Message, StringComparison.Ordinal);
    }

    private static string Of(string block) => $"title: T\ncorrelation: {block}";

    private static SigmaFile Read(string yaml) => SigmaRuleReader.Read("r.yml", new StringReader(yaml), new ConditionDialect { Keywords = true });
}
