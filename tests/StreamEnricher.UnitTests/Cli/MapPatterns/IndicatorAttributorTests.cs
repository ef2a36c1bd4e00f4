using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;
using StreamEnricher.Cli.MapPatterns;

namespace StreamEnricher.UnitTests.Cli.MapPatterns;

public sealed class IndicatorAttributorTests
{
    [Fact]
    public async Task Each_indicator_has_its_own_result_and_all_together_the_highest_confidence()
    {
        var reply = await AskAsync(
            Indicator("1.2.3.4", description: "port scan seen"), Indicator("a.example", tags: ["attack.t1046", "phishing"]), Indicator("b.example"), Indicator("c.example", tags: ["T1086"]));

        Assert.Equal(4, reply.Results!.Count);
        Assert.Equal(["T1046"], Ids(reply.Results[0]));
        Assert.Equal(["T1046", "T1566"], Ids(reply.Results[1]));
        Assert.Empty(reply.Results[2].Techniques);
        Assert.Equal(["T1059.001"], Ids(reply.Results[3]));
        Assert.Equal(["T1046", "T1059.001", "T1566"], Ids(reply));
        Assert.Equal(reply.Results[1].ConfidenceScores["T1046"], reply.ConfidenceScores["T1046"]);
        Assert.True(reply.Results[0].ConfidenceScores["T1046"] < reply.ConfidenceScores["T1046"]);
        Assert.Equal(("Network Service Discovery", "Discovery", "TA0007"), (reply.Techniques[0].Name, reply.Techniques[0].Tactics[0], reply.Techniques[0].TacticIds[0]));
        Assert.Empty(reply.ThreatActors);
    }

    [Fact]
    public async Task Nothing_asked_is_nothing_answered()
    {
        var reply = await AskAsync();

        Assert.Empty(reply.Results!);
        Assert.Empty(reply.Techniques);
    }

    [Fact]
    public async Task Odd_values_do_not_hurt_their_neighbours()
    {
        var reply = await AskAsync(Indicator("x\u0000\ud800\"", description: "d\n", time: "yesterday", tags: [null, ""]), Indicator("y", tags: ["T1046"]));

        Assert.Empty(reply.Results![0].Techniques);
        Assert.Equal(["T1046"], Ids(reply.Results[1]));
    }

    private static IEnumerable<string> Ids(PatternReply reply) => reply.Techniques.Select(technique => technique.Id);

    private static PatternIndicator Indicator(string value, string? description = null, string? time = null, IReadOnlyList<string?>? tags = null) =>
        new("1", time, "domain", value, "high", tags, description);

    private static async Task<PatternReply> AskAsync(params PatternIndicator[] indicators)
    {
        var bare = PipelineFile.Parse(BarePipeline.Yaml, BarePipeline.Name, [], _ => null, Inventory.BesideExecutable()).Options!;
        var options = bare with { Attribution = new AttributionOptions { Providers = [new DeclaredProviderOptions(), new TablesProviderOptions { Files = ["keywords"] }] } };
        await using var plan = EnrichmentPlan.Load(options, TimeProvider.System, NullLoggerFactory.Instance);
        using var attributor = new IndicatorAttributor(plan, NullLoggerFactory.Instance);
        return await attributor.AnswerAsync(indicators, TestContext.Current.CancellationToken);
    }
}
