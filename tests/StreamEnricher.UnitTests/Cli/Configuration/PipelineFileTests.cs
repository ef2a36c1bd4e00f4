using StreamEnricher.Cli.Configuration;
using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Cli.Configuration;

public sealed class PipelineFileTests
{
    public static TheoryData<string> Shipped =>
        [.. Directory.GetFiles(Repository.PathOf("pipelines"), "*.yaml").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Every_shipped_pipeline_is_valid(string file)
    {
        var result = PipelineFile.Load(Repository.PathOf("pipelines", file), [], _ => null, PipelineYaml.Inventory);

        Assert.Empty(result.Problems.Where(problem => !problem.IsWarning).Select(problem => problem.ToString()));
        Assert.NotNull(result.Options);
    }

    [Fact]
    public void The_shipped_pipeline_takes_its_addresses_and_credentials_from_the_environment()
    {
        var environment = new Dictionary<string, string>
        {
            ["KAFKA_BOOTSTRAP_SERVERS"] = "kafka:9093",
            ["KAFKA_GROUP_ID"] = "soc",
            ["ELASTIC_URL"] = "https://es:9200",
            ["ELASTIC_API_KEY"] = "key",
            ["SPLUNK_URL"] = "https://splunk:8088",
            ["SPLUNK_TOKEN"] = "token",
            ["THREAT_ATTRIBUTION_URL"] = "http://attribution:5004",
        };

        var options = PipelineFile.Load(Repository.PathOf("pipelines", "detections.yaml"), [], environment.GetValueOrDefault, PipelineYaml.Inventory).Options!;

        Assert.Equal("kafka:9093", options.Kafka.BootstrapServers);
        Assert.Equal("soc", options.Kafka.GroupId);
        var elastic = Assert.IsType<ElasticsearchOptions>(options.Sinks[0].Value.Kind);
        Assert.Equal(["https://es:9200"], elastic.Urls);
        Assert.Equal("key", elastic.ApiKey.Reveal());
        var splunk = Assert.IsType<SplunkOptions>(options.Sinks[1].Value.Kind);
        Assert.Equal(["https://splunk:8088"], splunk.Urls);
        Assert.Equal("token", splunk.Token.Reveal());
        Assert.Equal("http://attribution:5004", Assert.IsType<AttributionServiceOptions>(options.Attribution.Providers[^1]).Url);
        Assert.Equal(5, options.ActiveSinks.Count);
    }

    [Fact]
    public void An_empty_address_turns_its_sink_off_with_a_warning()
    {
        var result = PipelineYaml.Parse(PipelineYaml.Minimal + """
              splunk:
                splunk_hec: { url: "${SPLUNK_URL:}", token: "" }
            """);

        Assert.Equal("p.yaml:10:24: warning: the sink splunk is off: its url is empty", Assert.Single(result.Problems).ToString());
        Assert.Equal(["siem"], result.Options!.ActiveSinks.Select(sink => sink.Key));
    }

    [Fact]
    public void All_problems_are_reported_at_once_in_the_order_of_their_lines()
    {
        var result = PipelineYaml.Parse("""
            pipeline: test
            kafka: { bootstrap_servers: localhost }
            limits: { memory: 5MiB, batch: { events: 0 } }
            sources:
              all: { topics: [events], format: detektion }
            sinks:
              Siem:
                elasticsearch: { urll: "http://localhost:9200" }
            """);

        Assert.Null(result.Options);
        Assert.Equal(
            [
                "p.yaml:1:1: the pipeline lacks dead_letters (Where refused records go: { kafka: { topic: … } } or { directory: { path: … } }.)",
                "p.yaml:2:29: localhost is not host:port (such as localhost:9092, several with commas)",
                "p.yaml:3:19: limits.memory of 5MiB is below what this pipeline needs (at least 19MiB, or a smaller limits.batch.bytes)",
                "p.yaml:3:42: limits.batch.events must be a whole number from 1 to 1000000, not '0'",
                "p.yaml:5:36: there is no format detektion (did you mean detection?)",
                "p.yaml:7:3: the name Siem may hold only a-z, 0-9, _ and -",
                "p.yaml:8:20: sinks.Siem.elasticsearch lacks url (Address of the cluster, or a list; empty turns the sink off.)",
                "p.yaml:8:22: unknown key urll in sinks.Siem.elasticsearch (did you mean url?)",
            ],
            result.Problems.Select(problem => problem.ToString()));
    }

    [Theory]
    [InlineData("a: [", "p.yaml:2:1: no YAML")]
    [InlineData("- one", "p.yaml:1:1: a pipeline file is a map")]
    [InlineData("", "p.yaml:1:1: a pipeline file is a map")]
    [InlineData("a: 1\n---\nb: 2", "p.yaml:1:1: a pipeline file is one YAML document, not several")]
    [InlineData("pipeline: a\npipeline: b", "p.yaml:2:1: no YAML: Duplicate key")]
    public void Text_that_is_no_pipeline_is_one_problem_with_its_place(string text, string expected) =>
        Assert.StartsWith(expected, PipelineYaml.Error(text), StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_a_problem() =>
        Assert.Equal("nowhere.yaml:1:1: there is no such file", Assert.Single(PipelineFile.Load("nowhere.yaml", [], _ => null, PipelineYaml.Inventory).Problems).ToString());

    [Fact]
    public void Secrets_do_not_show_in_the_options_or_in_problems()
    {
        var result = PipelineYaml.ParseWith(
            PipelineYaml.Head + """
            sinks:
              siem: { elasticsearch: { url: "https://user:hunter2@es:9200", api_key: "${KEY}", password: hunter2 } }
              splunk: { splunk_hec: { url: "ftp://user:hunter2@s:1", token: [hunter2] } }
            """,
            new() { ["KEY"] = "hunter2" });

        Assert.NotEmpty(result.Problems);
        Assert.DoesNotContain("hunter2", string.Join('\n', result.Problems), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", new ElasticsearchOptions { ApiKey = new Secret("hunter2") }.ToString(), StringComparison.Ordinal);
        Assert.Equal("***", new Secret("hunter2").ToString());
    }

    [Fact]
    public void Everything_that_is_left_out_has_its_default()
    {
        var options = PipelineYaml.Valid(PipelineYaml.Minimal);

        Assert.Equal("localhost:9092", options.Kafka.BootstrapServers);
        Assert.Equal("test", options.Kafka.GroupId);
        Assert.Equal(512L << 20, options.Limits.Memory);
        Assert.Equal(0, options.Limits.Parallelism);
        Assert.Equal(new BatchOptions { Events = 5000, Bytes = 4 << 20, Linger = TimeSpan.FromMilliseconds(20) }, options.Limits.Batch);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Limits.DrainTimeout);
        Assert.Equal("19", options.Attribution.Catalogue);
        Assert.IsType<DeclaredProviderOptions>(Assert.Single(options.Attribution.Providers));
        Assert.Equal(new OutputOptions { KeepUnmapped = true, Original = false, KafkaPosition = true, ProducerEventId = false }, options.Output);
        Assert.Equal("127.0.0.1:8080", options.Api!.Listen);
        var siem = options.Sinks[0].Value;
        Assert.Equal(4, siem.MaxConcurrency);
        Assert.Equal("group", siem.Start);
        Assert.Equal("logs-streamenricher.test-default", Assert.IsType<ElasticsearchOptions>(siem.Kind).DataStream);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("\"off\"")]
    [InlineData("false")]
    public void The_listener_can_be_turned_off(string word) => Assert.Null(PipelineYaml.Valid(PipelineYaml.Minimal + $"api: {word}").Api);
}
