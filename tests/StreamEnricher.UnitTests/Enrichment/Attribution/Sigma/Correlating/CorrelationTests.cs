namespace StreamEnricher.UnitTests.Enrichment.Attribution.Sigma.Correlating;

public sealed class CorrelationTests
{
    private const string Failed = """{"a":"failed","User":"alice","Host":"h1"}""";

    [Fact]
    public void Event_count_fires_at_the_event_that_makes_the_number()
    {
        var rig = Rig("type: event_count, rules: [failed], group-by: [User], timespan: 1m, condition: { gte: 3 }");

        Assert.Empty(rig.At(1, 0, Failed));
        Assert.Empty(rig.At(2, 30, Failed));
        Assert.Equal(["c"], rig.At(3, 60, Failed));
        Assert.Equal(("User", "alice"), (rig.Last.Field, rig.Last.Value));
        Assert.Equal(["T1110"], rig.Last.Techniques);
        Assert.Equal(0.75, rig.Last.Confidence);
        Assert.Equal(1, rig.Counts.Correlated);
    }

    [Fact]
    public void Hits_further_apart_than_the_timespan_do_not_count_together()
    {
        var rig = Rig("type: event_count, rules: [failed], group-by: [User], timespan: 1m, condition: { gte: 3 }");

        Assert.Empty(rig.At(1, 0, Failed));
        Assert.Empty(rig.At(2, 30, Failed));
        Assert.Empty(rig.At(3, 61, Failed));
        Assert.Equal(["c"], rig.At(4, 90, Failed));
    }

    [Fact]
    public void What_fired_is_used_up()
    {
        var rig = Rig("type: event_count, rules: [failed], group-by: [User], timespan: 1h, condition: { gte: 2 }");

        Assert.Empty(rig.At(1, 0, Failed));
        Assert.Equal(["c"], rig.At(2, 1, Failed));
        Assert.Empty(rig.At(3, 2, Failed));
        Assert.Equal(["c"], rig.At(4, 3, Failed));
    }

    [Fact]
    public void That_it_fires_does_not_depend_on_the_order_in_which_events_come()
    {
        var rig = Rig("type: event_count, rules: [failed], group-by: [User], timespan: 1m, condition: { gte: 3 }");

        Assert.Empty(rig.At(3, 60, Failed));
        Assert.Empty(rig.At(1, 0, Failed));
        Assert.Equal(["c"], rig.At(2, 30, Failed));
    }

    [Fact]
    public void An_event_that_is_read_again_counts_once_and_carries_the_same_evidence()
    {
        var rig = Rig("type: event_count, rules: [failed], group-by: [User], timespan: 1m, condition: { gte: 2 }");

        Assert.Empty(rig.At(1, 0, Failed));
        Assert.Empty(rig.At(1, 0, Failed));
        Assert.Equal(["c"], rig.At(2, 1, Failed));
        Assert.Empty(rig.At(1, 0, Failed));
        Assert.Equal(["c"], rig.At(2, 1, Failed));
        Assert.Equal(1, rig.Counts.Correlated);
    }

    [Fact]
    public void Groups_are_told_apart_without_case_and_an_event_without_the_field_is_of_none()
    {
        var rig = Rig("type: event_count, rules: [failed], group-by: [User, Host], timespan: 1m, condition: { gte: 2 }");

        Assert.Empty(rig.At(1, 0, Failed));
        Assert.Empty(rig.At(2, 0, """{"a":"failed","User":"bob","Host":"h1"}"""));
        Assert.Empty(rig.At(3, 0, """{"a":"failed","User":"alice","Host":"h2"}"""));
        Assert.Empty(rig.At(4, 0, """{"a":"failed","User":"alice"}"""));
        Assert.Empty(rig.At(5, 0, """{"a":"failed","User":"alice"}"""));
        Assert.Equal(["c"], rig.At(6, 0, """{"a":"failed","User":"ALICE","Host":"H1"}"""));
        Assert.Equal("ALICE, H1", rig.Last.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Partitions_are_looked_at_alone_unless_asked_otherwise(bool across)
    {
        var rig = Rig("type: event_count, rules: [failed], timespan: 1m, condition: { gte: 2 }", across);

        Assert.Empty(rig.At(1, 0, Failed, partition: 0));
        Assert.Equal(across ? ["c"] : [], rig.At(2, 0, Failed, partition: 1));
    }

    [Fact]
    public void Value_count_counts_different_values()
    {
        var rig = Rig("type: value_count, rules: [failed], group-by: [Host], timespan: 1m, condition: { field: User, gte: 3 }");

        Assert.Empty(rig.At(1, 0, Failed));
        Assert.Empty(rig.At(2, 1, Failed));
        Assert.Empty(rig.At(3, 2, """{"a":"failed","User":"Alice","Host":"h1"}"""));
        Assert.Empty(rig.At(4, 3, """{"a":"failed","User":"bob","Host":"h1"}"""));
        Assert.Empty(rig.At(5, 4, """{"a":"failed","Host":"h1"}"""));
        Assert.Equal(["c"], rig.At(6, 5, """{"a":"failed","User":"carol","Host":"h1"}"""));
    }

    [Fact]
    public void Temporal_wants_all_rules_in_any_order()
    {
        var rig = Rig("type: temporal, rules: [failed, worked], group-by: [User], timespan: 1m");

        Assert.Empty(rig.At(1, 10, """{"a":"worked","User":"alice"}"""));
        Assert.Empty(rig.At(2, 11, """{"a":"worked","User":"alice"}"""));
        Assert.Equal(["c"], rig.At(3, 12, Failed));
    }

    [Fact]
    public void Temporal_ordered_wants_them_in_their_order_by_event_time()
    {
        var rig = Rig("type: temporal_ordered, rules: [failed, worked], group-by: [User], timespan: 1m");

        Assert.Empty(rig.At(1, 10, """{"a":"worked","User":"alice"}"""));
        Assert.Empty(rig.At(2, 20, Failed));
        Assert.Equal(["c"], rig.At(3, 30, """{"a":"worked","User":"alice"}"""));

        // The late one was earlier than the other.
        Assert.Empty(rig.At(4, 1020, """{"a":"worked","User":"alice"}"""));
        Assert.Equal(["c"], rig.At(5, 1010, Failed));
    }

    [Fact]
    public void Aliases_name_the_field_of_each_rule()
    {
        var rig = Rig("type: temporal, rules: [failed, worked], group-by: [who], aliases: { who: { failed: User, worked: Account } }, timespan: 1m");

        Assert.Empty(rig.At(1, 0, Failed));
        Assert.Empty(rig.At(2, 1, """{"a":"worked","User":"alice","Account":"bob"}"""));
        Assert.Equal(["c"], rig.At(3, 2, """{"a":"worked","Account":"alice"}"""));
        Assert.Equal(("who", "alice"), (rig.Last.Field, rig.Last.Value));
    }

    [Fact]
    public void A_correlation_can_be_a_rule_of_another()
    {
        var rig = new SigmaRig($"""
            {Base}
            ---
            title: Many
            name: many
            correlation: {"{"} type: event_count, rules: [failed], group-by: [Host], timespan: 1m, condition: {"{"} gte: 2 {"}"} {"}"}
            ---
            title: Broken in
            id: c
            correlation: {"{"} type: temporal_ordered, rules: [many, worked], group-by: [User], timespan: 1h {"}"}
            """);

        Assert.Empty(rig.At(1, 0, Failed));
        Assert.Empty(rig.At(2, 1, Failed));
        Assert.Equal(["c"], rig.At(3, 100, """{"a":"worked","User":"alice","Host":"h9"}"""));
    }

    [Fact]
    public void Without_tags_of_its_own_it_has_the_techniques_of_its_rules()
    {
        var rig = new SigmaRig(Base.Replace("name: failed", "name: failed\ntags: [attack.t1078]", StringComparison.Ordinal)
            + "\n---\ntitle: C\nid: c\ncorrelation: { type: event_count, rules: [failed], timespan: 1m, condition: { gte: 1 }, generate: true }");

        Assert.Equal(["failed", "c"], rig.At(1, 0, Failed));
        Assert.Equal(["T1078"], rig.Last.Techniques);
        Assert.Null(rig.Last.Field);
    }

    [Fact]
    public void An_event_that_is_only_looked_at_leaves_nothing_behind()
    {
        var rig = Rig("type: event_count, rules: [failed], timespan: 1m, condition: { gte: 1 }");

        Assert.Empty(rig.Match(Failed));
    }

    private const string Base = """
        title: Failed
        name: failed
        logsource: { product: acme }
        detection: { s: { a: failed }, condition: s }
        ---
        title: Worked
        name: worked
        logsource: { product: acme }
        detection: { s: { a: worked }, condition: s }
        """;

    private static SigmaRig Rig(string correlation, bool across = false) =>
        new($"{Base}\n---\ntitle: C\nid: c\nlevel: high\ntags: [attack.t1110]\ncorrelation: {{ {correlation} }}\n", acrossPartitions: across);
}
