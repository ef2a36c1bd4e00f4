using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;

namespace StreamEnricher.UnitTests.Cli.Composition;

public sealed class EnrichmentPlanTests
{
    [Fact]
    public async Task A_run_whose_sources_name_their_formats_compiles_no_other() =>
        Assert.Equal(["generic", "suricata_eve", "zeek"], await FormatsAsync("{ a: { topics: [a], format: zeek }, b: { topics: [b], format: suricata_eve } }", onlyRead: true));

    [Fact]
    public async Task A_source_that_recognises_its_events_needs_all_formats() =>
        Assert.Equal(
            await FormatsAsync("{ a: { topics: [a], format: zeek } }", onlyRead: false),
            await FormatsAsync("{ a: { topics: [a], format: zeek }, b: { topics: [b], format: auto } }", onlyRead: true));

    [Fact]
    public async Task A_topic_of_posted_events_that_no_source_covers_is_recognised_and_needs_all_formats() =>
        Assert.Contains("windows", await FormatsAsync("{ a: { topics: [a], format: zeek } }", onlyRead: true, api: "{ listen: \"127.0.0.1:8080\", topic: posted }"));

    private static async Task<IReadOnlyList<string>> FormatsAsync(string sources, bool onlyRead, string api = "off")
    {
        var result = PipelineFile.Parse(
            $$"""
            pipeline: p
            sources: {{sources}}
            sinks: { archive: { file: { directory: out } } }
            attribution: { providers: [ declared: {} ] }
            dead_letters: { directory: { path: dead } }
            api: {{api}}
            """, "p.yaml", [], static _ => null, Inventory.BesideExecutable());
        Assert.True(result.Options is not null, string.Join('\n', result.Problems));
        await using var plan = EnrichmentPlan.Load(result.Options, TimeProvider.System, NullLoggerFactory.Instance, onlyRead);
        return [.. plan.Formats.Plans.Select(static format => format.Name)];
    }
}
