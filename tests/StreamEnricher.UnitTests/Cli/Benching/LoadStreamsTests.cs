using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Benching.Load;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;

namespace StreamEnricher.UnitTests.Cli.Benching;

public sealed class LoadStreamsTests
{
    private const string Sinks = "sinks: { archive: { file: { directory: out } } }\ndead_letters: { directory: { path: dead } }\nattribution: { providers: [ declared: {} ] }";

    [Fact]
    public async Task Each_kind_goes_to_the_entry_of_its_format_or_one_that_recognises_it()
    {
        var (options, plan) = Read("sources: { any: { topics: [\"^x\"], format: auto }, ids: { topics: [eve], format: suricata_eve } }");
        await using (plan)
        {
            var load = LoadStreams.Generate(["suricata_eve", "windows"], 10, 0, null, options, plan);

            Assert.Equal([("ids", "eve"), ("any", "any")], load.Streams.Select(static stream => (stream.Source, stream.Topic)));
            Assert.Equal("suricata_eve", load.Sources.First(static source => source.Name == "ids").Format!.Name);
        }
    }

    [Fact]
    public async Task A_kind_that_no_entry_takes_is_recognised()
    {
        var (options, plan) = Read("sources: { ids: { topics: [eve], format: suricata_eve } }");
        await using (plan)
        {
            var stream = Assert.Single(LoadStreams.Generate(["windows"], 10, 0, null, options, plan).Streams);

            Assert.Equal("input", stream.Source);
        }
    }

    [Fact]
    public async Task A_file_has_the_format_of_the_only_entry()
    {
        var (options, plan) = Read("sources: { ids: { topics: [eve], format: suricata_eve } }");
        await using (plan)
        {
            Assert.Equal("ids", Assert.Single(LoadStreams.Replay(["{}"u8.ToArray()], null, options, plan).Streams).Source);
        }
    }

    private static (PipelineOptions Options, EnrichmentPlan Plan) Read(string sources)
    {
        var result = PipelineFile.Parse($"pipeline: p\n{sources}\n{Sinks}", "p.yaml", [], static _ => null, Inventory.BesideExecutable());
        Assert.True(result.Options is not null, string.Join('\n', result.Problems));
        return (result.Options, EnrichmentPlan.Load(result.Options, TimeProvider.System, NullLoggerFactory.Instance));
    }
}
