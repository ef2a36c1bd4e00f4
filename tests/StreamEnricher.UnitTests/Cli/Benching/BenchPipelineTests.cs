using StreamEnricher.Cli.Benching;
using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Configuration.Checks;

namespace StreamEnricher.UnitTests.Cli.Benching;

public sealed class BenchPipelineTests
{
    [Fact]
    public void The_built_in_pipeline_is_valid() => Assert.NotNull(Read(BenchPipeline.Yaml).Options);

    [Fact]
    public void The_receiver_takes_the_servers_place_and_gets_no_credentials()
    {
        var options = Read("""
            pipeline: p
            sources: { a: { topics: [a] } }
            sinks:
              siem:   { elasticsearch: { url: "https://es:9200", username: elastic, password: secret, compression: gzip } }
              splunk: { splunk_hec: { url: "https://splunk:8088", token: secret, acknowledgement: true } }
              off:    { splunk_hec: { url: "", token: secret } }
              events: { kafka: { topic: out } }
            dead_letters: { directory: { path: dead } }
            """).Options!;

        var moved = BenchPipeline.At(options, "http://127.0.0.1:1");

        var elastic = Assert.IsType<ElasticsearchOptions>(moved.Sinks[0].Value.Kind);
        Assert.Equal(["http://127.0.0.1:1"], elastic.Urls);
        Assert.True(elastic.Password.IsEmpty && elastic.Username.Length == 0 && elastic.Gzip);
        var splunk = Assert.IsType<SplunkOptions>(moved.Sinks[1].Value.Kind);
        Assert.Equal("bench", splunk.Token.Reveal());
        Assert.False(splunk.Acknowledgement);
        Assert.Equal(options.ActiveSinks.Select(static sink => sink.Key), moved.ActiveSinks.Select(static sink => sink.Key));
        Assert.Same(options.Sinks[3].Value, moved.Sinks[3].Value);
    }

    private static PipelineFileResult Read(string yaml) => PipelineFile.Parse(yaml, "p.yaml", [], static _ => null, Inventory.BesideExecutable());
}
