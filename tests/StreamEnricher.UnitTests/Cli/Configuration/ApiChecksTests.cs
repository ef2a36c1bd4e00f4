using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.UnitTests.Cli.Configuration;

public sealed class ApiChecksTests
{
    [Theory]
    [InlineData("jwt: { secret: short }", "api.jwt.secret is shorter than the 32 bytes that HS256 needs")]
    [InlineData("jwt: { public_key: /nowhere/key.pem }", "/nowhere/key.pem cannot be used: ")]
    [InlineData("jwt: { jwks: /nowhere/jwks.json }", "/nowhere/jwks.json cannot be used: ")]
    [InlineData("cors: [\"*\"]", "* is no origin")]
    [InlineData("cors: [\"https://a.example/path\"]", "https://a.example/path is no origin")]
    [InlineData("limits: { body: 1B }", "api.limits.body must be from 1KiB to 64MiB")]
    [InlineData("limits: { rate: 0 }", "api.limits.rate must be a whole number from 1 to 1000000, not '0'")]
    [InlineData("recent: { redis: \"http://a\" }", "the address of Redis must be redis://")]
    [InlineData("taxii: { topic: \"a b\" }", "a b is no name of a Kafka topic")]
    [InlineData("taxii: {}", "api.taxii has nothing to serve: no stix sink of the pipeline writes to a Kafka topic")]
    [InlineData("taxii: { topic: t, username: u }", "api.taxii needs both username and password, or neither")]
    [InlineData("taxii: { topic: t, username: u, password: short }", "api.taxii.password is shorter than 12 characters")]
    [InlineData("taxii: { topic: t, username: \"u:v\", password: long enough to be one }", "has no colon in its name")]
    [InlineData("taxii: { topic: t, bytes: 1KiB }", "api.taxii.bytes must be at least 1MiB")]
    [InlineData("topic: \"a b\"", "a b is no name of a Kafka topic")]
    [InlineData("topic: test-dead-letters", "a loop: the dead letter queue writes to test-dead-letters, which the source api reads")]
    public void What_is_wrong_is_said(string api, string expected) =>
        Assert.Contains(expected, PipelineYaml.Error($"{PipelineYaml.Minimal}api: {{ {api} }}\n"), StringComparison.Ordinal);

    [Fact]
    public void A_secret_is_not_repeated() =>
        Assert.DoesNotContain("hunter2", PipelineYaml.Error(PipelineYaml.Minimal + "api: { jwt: { secret: hunter2 } }\n"), StringComparison.Ordinal);

    [Fact]
    public void A_topic_that_no_source_names_is_read_as_a_source_of_its_own()
    {
        var options = PipelineYaml.Valid(PipelineYaml.Minimal + "api: { topic: posted.events }\n");

        Assert.Equal(["all", "api"], options.ReadSources.Select(static source => source.Key));
        Assert.Equal([@"^posted\.events$"], options.ReadSources[^1].Value.Topics);
        Assert.Equal("api", ApiSource.EntryOf(options));
    }

    [Fact]
    public void A_topic_that_a_source_names_stays_with_it()
    {
        var options = PipelineYaml.Valid(PipelineYaml.Minimal + "api: { topic: events }\n");

        Assert.Equal(["all"], options.ReadSources.Select(static source => source.Key));
        Assert.Equal("all", ApiSource.EntryOf(options));
    }

    [Fact]
    public void The_taxii_server_is_off_and_serves_the_topic_of_the_first_stix_sink_when_it_is_on()
    {
        const string sinks = "sinks: { push: { stix: { to: { taxii: { api_root: http://x, collection: c } } } }, intel: { stix: { to: { kafka: { topic: objects } } } } }\n";

        Assert.Null(PipelineYaml.Valid(PipelineYaml.Head + sinks + "api: { taxii: off }\n").Api!.Taxii);
        var options = PipelineYaml.Valid(PipelineYaml.Head + sinks + "api: { taxii: {} }\n");
        Assert.Equal("objects", options.Api!.Taxii!.TopicOf(options));
    }

    [Fact]
    public void A_taxii_server_that_nobody_can_read_from_is_a_warning() => Assert.Contains(
        PipelineYaml.Parse(PipelineYaml.Minimal + "api: { taxii: { topic: t } }\n").Problems,
        static problem => problem.IsWarning && problem.ToString().Contains("nobody can read from api.taxii", StringComparison.Ordinal));

    [Fact]
    public void REDIS_URL_holds_unless_the_file_says_otherwise()
    {
        var environment = new Dictionary<string, string> { ["REDIS_URL"] = "redis://r:1" };

        Assert.Equal("redis://r:1", PipelineYaml.ParseWith(PipelineYaml.Minimal, environment).Options!.Api!.Recent.Redis.Reveal());
        Assert.Null(PipelineYaml.ParseWith(PipelineYaml.Minimal + "api: { recent: { redis: \"\" } }\n", environment).Options!.Api!.Recent.Redis.Reveal());
    }
}
