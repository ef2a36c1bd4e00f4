using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Sigma.Rules;

public sealed class CorrelationLinkerTests : IDisposable
{
    private readonly AttributionTestData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Rules_are_found_by_id_and_by_name()
    {
        var rules = Load(Rule("r1", "first") + Rule("r2", "second") + Correlation("c", "[r1, SECOND]"));

        Assert.Empty(rules.Problems);
        Assert.Equal(["r1", "r2"], rules.Correlations!.MembersOf(rules.Correlations.Correlations[0]).Select(member => member.Id));
    }

    [Fact]
    public void A_name_that_several_files_use_means_the_rule_in_the_same_file()
    {
        _data.Write("rules/a.yml", Rule("a1", "login"));
        _data.Write("rules/b.yml", Rule("b1", "login") + Correlation("c", "[login]"));

        var rules = Load();

        Assert.Equal("b1", rules.Correlations!.MembersOf(rules.Correlations.Correlations[0])[0].Id);
    }

    [Fact]
    public void What_is_not_there_is_named_with_its_place_and_what_needs_it_is_left_out()
    {
        var rules = Load(Rule("r1", "first") + Correlation("inner", "[nope]") + Correlation("outer", "[inner, first]"));

        Assert.Null(rules.Correlations);
        Assert.Equal(2, rules.LeftOut);
        Assert.Contains("no rule has the id or name 'nope'", Assert.Single(rules.Problems).Message, StringComparison.Ordinal);
        Assert.True(rules.Reports(rules.Rules[0]));
    }

    [Fact]
    public void Correlations_that_name_each_other_are_refused()
    {
        var rules = Load(Correlation("one", "[two]") + Correlation("two", "[one]"));

        Assert.Null(rules.Correlations);
        Assert.Contains(rules.Problems, problem => problem.Message.Contains("among the rules that it names", StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_below_the_wanted_level_are_kept_when_a_correlation_needs_them()
    {
        var rules = Load(Rule("r1", "first", "low") + Rule("r2", "second", "low") + Correlation("c", "[r1]", "level: high"), SigmaLevel.High);

        Assert.Equal("r1", Assert.Single(rules.Rules).Id);
        Assert.False(rules.Reports(rules.Rules[0]));
        Assert.Equal(2, rules.BelowLevel);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("generate: true", true)]
    public void The_rules_of_a_correlation_hit_by_themselves_only_if_it_says_so(string more, bool reports)
    {
        var rules = Load(Rule("r1", "first") + Correlation("c", "[r1]", more));

        Assert.Equal(reports, rules.Reports(rules.Rules[0]));
    }

    [Fact]
    public void Fields_of_a_correlation_are_read_where_its_rules_hit()
    {
        var rules = Load(Rule("r1", "first") + """
            title: C
            id: c
            correlation: { type: value_count, rules: [first], timespan: 1m, group-by: [who, Host], aliases: { who: { first: TargetUser } }, condition: { field: Port, gte: 2 } }
            """);

        Assert.Equal(["a", "TargetUser", "Host", "Port"], rules.FieldsOf(rules.Rules[0]));
    }

    private static string Rule(string id, string name, string level = "high") =>
        $"title: {id}\nid: {id}\nname: {name}\nlevel: {level}\nlogsource: {{ product: acme }}\ndetection: {{ s: {{ a: {id} }}, condition: s }}\n---\n";

    private static string Correlation(string id, string rules, string more = "level: high") =>
        $"title: {id}\nid: {id}\n{more}\ncorrelation: {{ type: temporal, rules: {rules}, timespan: 1m }}\n---\n";

    private SigmaRuleSet Load(string? yaml = null, SigmaLevel minimum = SigmaLevel.Informational)
    {
        if (yaml is not null)
        {
            _data.Write("rules/r.yml", yaml.TrimEnd('-', '\n'));
        }

        return SigmaRuleSet.Load([_data.PathOf("rules")], minimum);
    }
}
