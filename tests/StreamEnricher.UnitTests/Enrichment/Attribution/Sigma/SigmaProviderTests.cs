using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;
using static StreamEnricher.UnitTests.Enrichment.Attribution.Sigma.SigmaRig;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Sigma;

public sealed class SigmaProviderTests
{
    private const string Event = """
        {"Image":"C:\\Windows\\System32\\cmd.exe","CommandLine":"cmd.exe /c \"whoami\" \u2013x","Pid":4711,"Ratio":75.0,"Signed":false,"None":null,"Empty":"",
         "Tags":["Alpha","be\\ta",7],"Deep":{"Inner":"needle in hay","Numbers":[1,2]},"User":"ACME\\alice","Parent":"acme\\ALICE"}
        """;

    [Theory]
    [InlineData("s: { Image|endswith: '\\CMD.exe' }\ncondition: s", true)]
    [InlineData("s: { Image|endswith: '\\system32\\cmd.exe' }\ncondition: s", true)]
    [InlineData("s: { Image|endswith: '\\syswow64\\cmd.exe' }\ncondition: s", false)]
    [InlineData("s: { Image|endswith: 'md.exe' }\ncondition: s", true)]
    [InlineData("s: { Image|endswith: xe }\ncondition: s", true)]
    [InlineData("s: { Image|startswith: 'c:\\windows' }\ncondition: s", true)]
    [InlineData("s: { Image|startswith: windows }\ncondition: s", false)]
    [InlineData("s: { Image: 'c:\\windows\\system32\\CMD.exe' }\ncondition: s", true)]
    [InlineData("s: { Image: cmd.exe }\ncondition: s", false)]
    [InlineData("s: { Image|contains: 'WINDOWS\\sys' }\ncondition: s", true)]
    [InlineData("s: { Image: '*\\wind?ws\\\\*.exe' }\ncondition: s", true)]
    [InlineData("s: { Image|cased|contains: System32 }\ncondition: s", true)]
    [InlineData("s: { Image|cased|contains: system32 }\ncondition: s", false)]
    [InlineData("s: { CommandLine|contains: '\"WHOAMI\"' }\ncondition: s", true)]
    [InlineData("s: { CommandLine|windash|contains: ' -x' }\ncondition: s", true)]
    [InlineData("s: { CommandLine|contains|all: [whoami, cmd] }\ncondition: s", true)]
    [InlineData("s: { CommandLine|contains|all: [whoami, powershell] }\ncondition: s", false)]
    [InlineData("s: { CommandLine|re: '/c \"who.*\"' }\ncondition: s", true)]
    [InlineData("s: { CommandLine|re: '/C \"who.*\"' }\ncondition: s", false)]
    [InlineData("s: { CommandLine|re|i: '/C \"WHO.*\"' }\ncondition: s", true)]
    [InlineData("s: { User|fieldref: Parent }\ncondition: s", true)]
    [InlineData("s: { User|fieldref: Image }\ncondition: s", false)]
    public void Texts_are_compared_without_case_and_escapes(string detection, bool expected) => Assert.Equal(expected, Matches(detection, Event));

    [Theory]
    [InlineData("s: { Pid: 4711 }\ncondition: s", true)]
    [InlineData("s: { Pid: '4711' }\ncondition: s", true)]
    [InlineData("s: { Pid: 471 }\ncondition: s", false)]
    [InlineData("s: { Pid|gte: 4711 }\ncondition: s", true)]
    [InlineData("s: { Pid|lt: 4711 }\ncondition: s", false)]
    [InlineData("s: { Ratio: 75 }\ncondition: s", true)]
    [InlineData("s: { Pid: 4711.0 }\ncondition: s", true)]
    [InlineData("s: { Ratio: 76 }\ncondition: s", false)]
    [InlineData("s: { Signed: false }\ncondition: s", true)]
    [InlineData("s: { Signed: 'False' }\ncondition: s", true)]
    [InlineData("s: { Signed: true }\ncondition: s", false)]
    [InlineData("s: { None: null }\ncondition: s", true)]
    [InlineData("s: { Absent: null }\ncondition: s", true)]
    [InlineData("s: { Empty: null }\ncondition: s", false)]
    [InlineData("s: { Empty: '' }\ncondition: s", true)]
    [InlineData("s: { None: '' }\ncondition: s", false)]
    [InlineData("s: { Absent: '' }\ncondition: s", false)]
    [InlineData("s: { None|exists: true }\ncondition: s", true)]
    [InlineData("s: { Absent|exists: false }\ncondition: s", true)]
    [InlineData("s: { Absent|exists: true }\ncondition: s", false)]
    [InlineData("s: { Image: '*' }\ncondition: s", true)]
    [InlineData("s: { Absent: '*' }\ncondition: s", false)]
    public void Numbers_flags_and_what_is_not_there(string detection, bool expected) => Assert.Equal(expected, Matches(detection, Event));

    [Theory]
    [InlineData("s: { Tags: alpha }\ncondition: s", true)]
    [InlineData("s: { Tags: 7 }\ncondition: s", true)]
    [InlineData("s: { Tags|endswith: '\\TA' }\ncondition: s", true)]
    [InlineData("s: { Tags|contains|all: [alp, ta] }\ncondition: s", true)]
    [InlineData("s: { Tags: gamma }\ncondition: s", false)]
    [InlineData("s: { Deep.Inner|contains: Needle }\ncondition: s", true)]
    [InlineData("s: { Deep: needle }\ncondition: s", false)]
    [InlineData("s: { Deep|exists: true }\ncondition: s", true)]
    public void Arrays_and_objects(string detection, bool expected) => Assert.Equal(expected, Matches(detection, Event));

    [Theory]
    [InlineData("k: [NEEDLE]\ncondition: k", true)]
    [InlineData("k: [nothing, '\"WHOAMI\"']\ncondition: k", true)]
    [InlineData("k: needle\ncondition: k", true)]
    [InlineData("k: [471]\ncondition: k", true)]
    [InlineData("k: { '|all': [needle, whoami] }\ncondition: k", true)]
    [InlineData("k: { '|all': [needle, nothing] }\ncondition: k", false)]
    [InlineData("k: { '|re': 'ne+dle in' }\ncondition: k", true)]
    [InlineData("k: ['ne*hay']\ncondition: k", true)]
    [InlineData("k: [CommandLine]\ncondition: k", false)]
    [InlineData("k: [nothing]\ncondition: not k", true)]
    public void Words_without_a_field_stand_in_any_text_of_the_event(string detection, bool expected) => Assert.Equal(expected, Matches(detection, Event));

    [Theory]
    [InlineData("""{"Image":"C:\u005cWindows\/\u0063md.exe","Note":"plain"}""")]
    [InlineData("""{"Image":"C:\\Windows\/cmd.exe","Note":"plain"}""")]
    [InlineData("""{"Image":"C:\\Windows/cm\u0064.exe"}""")]
    [InlineData("""{"Image":"C:\\Windows/cmd.exe","Other":"\\users"}""")]
    public void It_does_not_matter_how_a_text_is_escaped(string json)
    {
        Assert.True(Matches("s: { Image|endswith: '/cmd.exe', Image|contains: '\\windows' }\ncondition: s", json));
        Assert.True(Matches("s: { Image: 'c:\\windows/cmd.exe' }\ncondition: s", json));
        Assert.True(Matches("k: ['Windows/CMD']\ncondition: k", json));
    }

    [Theory]
    [InlineData("condition: a and b", true)]
    [InlineData("condition: a and not b", false)]
    [InlineData("condition: a and not c", true)]
    [InlineData("condition: c or (a and b)", true)]
    [InlineData("condition: not a or c", false)]
    [InlineData("condition: not (c or not b)", true)]
    [InlineData("condition: 1 of them", true)]
    [InlineData("condition: all of them", false)]
    [InlineData("condition: all of sel*", false)]
    [InlineData("condition: [c, a]", true)]
    [InlineData("condition: not c", true)]
    public void Conditions_join_selections(string condition, bool expected) =>
        Assert.Equal(expected, Matches($"a: {{ Image|endswith: cmd.exe }}\nb: [{{ Pid: 1 }}, {{ Pid: 4711 }}]\nc: {{ Image|endswith: x.exe }}\nsel1: {{ Pid: 4711 }}\nsel2: {{ Pid: 2 }}\n{condition}", Event));

    [Fact]
    public void A_hit_names_rule_field_and_value_and_gives_the_techniques_of_today()
    {
        var rig = new SigmaRig(Rule(
            "s: { Image|endswith: ['\\powershell.exe', '\\cmd.exe'], CommandLine|contains: who }\ncondition: s", more: "level: critical\nauthor: A. Uthor\ntags: [attack.execution, attack.t1059.003, attack.t1086, attack.g0016]"));

        var evidence = Assert.Single(rig.Match(Event));
        Assert.Equal(("sigma", "Image", "\\cmd.exe", 0.95), (evidence.Provider, evidence.Field, evidence.Value, evidence.Confidence));
        Assert.Equal(("r", "Rule r", "A. Uthor", "critical"), (evidence.Rule!.Id, evidence.Rule.Name, evidence.Rule.Author, evidence.Rule.Level));
        Assert.Equal(["T1059.003", "T1059.001"], evidence.Techniques);
    }

    [Fact]
    public void A_rule_without_technique_is_evidence_all_the_same()
    {
        var evidence = Assert.Single(new SigmaRig(Rule("s: { Absent: null }\ncondition: s", more: "tags: [attack.execution, attack.t9999]")).Match(Event));
        Assert.Empty(evidence.Techniques);
        Assert.Equal((null, null, 0.5), (evidence.Field, evidence.Value, evidence.Confidence));
    }

    [Fact]
    public void Rules_come_in_their_order_and_those_below_the_level_not_at_all()
    {
        var rules = string.Join("---\n", Rule("s: { Pid: 4711 }\ncondition: s", "b"), Rule("s: { Absent: null }\ncondition: s", "a"), Rule("s: { Pid: 4711 }\ncondition: s", "c", "level: low"));
        var rig = new SigmaRig(rules, minimum: SigmaLevel.Medium);

        Assert.Equal(["b", "a"], rig.Match(Event).Select(evidence => evidence.Rule!.Id));
        Assert.Equal(1, rig.Rules.BelowLevel);
    }

    [Fact]
    public void An_event_that_matches_nothing_costs_no_memory()
    {
        var rules = string.Join("---\n", Enumerable.Range(0, 40).Select(index => Rule(
            $$"""
            a: { Image|endswith: ['\tool{{index}}.exe', '\other.exe'], CommandLine|contains: [' -option{{index}} ', whoami] }
            b: { CommandLine|contains|all: [cmd, whoami], User: 'ACME\bob{{index}}' }
            k: [ 'word number {{index}}' ]
            condition: a or b or k
            """,
            $"r{index}")));
        var rig = new SigmaRig(rules);
        Assert.Empty(rig.Match(Event));
        var buffer = new byte[Encoding.UTF8.GetByteCount(Event) + 1 + EventBatch.Padding];
        var length = Encoding.UTF8.GetBytes(Event, buffer);

        // The runtime itself may allocate a little, when it compiles a method anew: no event does.
        var least = Enumerable.Range(0, 5).Min(_ => AllocatedBy(rig, buffer, length));
        Assert.Equal(0, least);
    }

    private static long AllocatedBy(SigmaRig rig, byte[] buffer, int length)
    {
        const int Events = 1000;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Events; i++)
        {
            rig.Collect(buffer, length);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Events;
    }
}
