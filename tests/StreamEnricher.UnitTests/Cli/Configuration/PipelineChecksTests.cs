using StreamEnricher.Cli.Configuration;

namespace StreamEnricher.UnitTests.Cli.Configuration;

public sealed class PipelineChecksTests
{
    [Theory]
    [InlineData("events", "[^ev.*]")]
    [InlineData("enriched", "[enriched]")]
    public void A_sink_that_writes_to_a_topic_that_a_source_reads_is_a_loop(string topic, string topics)
    {
        var error = PipelineYaml.Error($$"""
            pipeline: test
            sources:
              all: { topics: {{topics}}, format: detection }
            sinks:
              events: { kafka: { topic: {{topic}} } }
            dead_letters: { kafka: { topic: dead } }
            """);

        Assert.StartsWith($"p.yaml:5:29: a loop: the sink events writes to {topic}, which the source all reads (", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Dead_letters_to_a_topic_that_a_source_reads_are_a_loop() => Assert.Contains(
        "dead_letters: { kafka",
        PipelineYaml.Error("""
            pipeline: test
            sources: { all: { topics: ["^dead"], format: detection } }
            sinks: { out: { file: { directory: out } } }
            dead_letters: { kafka: { topic: dead } }
            """).Replace("p.yaml:4:33: a loop: the dead letter queue", "dead_letters: { kafka", StringComparison.Ordinal),
        StringComparison.Ordinal);

    [Fact]
    public void Stix_objects_go_to_files_too()
    {
        var sink = PipelineYaml.Valid(PipelineYaml.Head + "sinks: { intel: { stix: { to: { file: { directory: out, rotate: { every: 10m } } } } } }").Sinks[0].Value;

        var files = Assert.IsType<StixFiles>(Assert.IsType<StixOptions>(sink.Kind).To).Files;
        Assert.Equal(("out", "stix", TimeSpan.FromMinutes(10)), (files.Directory, files.Format, files.RotateEvery));
    }

    [Fact]
    public void An_empty_folder_turns_a_stix_sink_off() => Assert.Contains(
        PipelineYaml.Parse(PipelineYaml.Minimal + "  intel: { stix: { to: { file: { directory: \"\" } } } }").Problems,
        static problem => problem.IsWarning && problem.ToString().Contains("the sink intel is off: its directory is empty", StringComparison.Ordinal));

    [Fact]
    public void A_stix_topic_that_a_source_reads_is_a_loop() => Assert.Contains(
        "a loop: the sink intel writes to events",
        PipelineYaml.Error(PipelineYaml.Head + "sinks: { intel: { stix: { to: { kafka: { topic: events } } } } }"),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("[\"^(\"]", "^( is no regular expression")]
    [InlineData("[\"a.*\"]", "a.* is no name of a Kafka topic (a regular expression starts with ^: ^a.*)")]
    [InlineData("[a b]", "a b is no name of a Kafka topic")]
    [InlineData("[]", "the source all has no topic")]
    [InlineData("[one, one]", "the topic one belongs to the source all already")]
    [InlineData("{}", "sources.all.topics must be a list, not a map")]
    public void Topics_are_checked(string topics, string expected) => Assert.Contains(
        expected,
        PipelineYaml.Error($$"""
            pipeline: test
            sources: { all: { topics: {{topics}}, format: detection } }
            sinks: { out: { file: { directory: out } } }
            dead_letters: { kafka: { topic: dead } }
            """),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("logs-a", "must be {type}-{dataset}-{namespace}")]
    [InlineData("logs-a-b-c", "must be {type}-{dataset}-{namespace}")]
    [InlineData("traces-a-b", "must start with logs- or metrics-")]
    [InlineData("logs-A-b", "may hold no upper case letters")]
    [InlineData("logs-a*-b", "may hold no upper case letters")]
    public void Data_stream_names_are_checked(string stream, string expected) => Assert.Contains(
        $"p.yaml:6:78: the data stream {stream} {expected}",
        PipelineYaml.Error(PipelineYaml.Head + $$"""sinks: { siem: { elasticsearch: { url: "http://localhost:9200", data_stream: "{{stream}}" } } }"""),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("elasticsearch: { url: localhost }", "localhost is no http or https address (http://localhost)")]
    [InlineData("elasticsearch: { url: http://h, api_key: a, username: b, password: c }", "has both an api_key and a username")]
    [InlineData("elasticsearch: { url: http://h, username: b }", "needs both username and password")]
    [InlineData("splunk_hec: { url: http://h }", "token is empty (set SPLUNK_TOKEN or write token)")]
    [InlineData("splunk_hec: { url: http://h, token: t, index: Main }", "Main is no name of a Splunk index")]
    [InlineData("splunk_hec: { url: http://h, token: t, sourcetype: \"a b\" }", "a b is no Splunk source type")]
    [InlineData("splunk_hec: { url: http://h, token: t, acknowledgement: yes }", "sinks.out.splunk_hec.acknowledgement must be true, false or a block")]
    [InlineData("stix: { to: { taxii: { api_root: x, collection: c } } }", "x is no http or https address (https://x)")]
    [InlineData("stix: { to: { taxii: { api_root: http://x } } }", "sinks.out.stix.to.taxii lacks collection")]
    [InlineData("stix: { to: { taxii: { api_root: http://x, collection: \"\" } } }", "sinks.out.stix.to.taxii.collection is empty")]
    [InlineData("stix: { to: { taxii: { api_root: http://x, collection: c, username: u } } }", "needs both username and password, or neither")]
    [InlineData("stix: { to: { taxii: { api_root: http://x, collection: c, username: u, password: p, token: t } } }", "has both a token and a username")]
    [InlineData("stix: { to: { sentinel: { workspace: w, tenant: t, client_id: c, client_secret: \"\" } } }", "sinks.out.stix.to.sentinel.client_secret is empty")]
    [InlineData("stix: { to: { sentinel: { workspace: w, tenant: t, client_id: c, client_secret: s, endpoint: e } } }", "e is no http or https address")]
    [InlineData("stix: { to: { sentinel: { workspace: w, tenant: t, client_id: c, client_secret: s, source_system: Microsoft Sentinel } } }", "Sentinel keeps the name")]
    [InlineData("stix: { to: { kafka: { topic: t } } }, tls: { ca: ca.pem }", "sinks.out.tls has no effect on a Kafka topic (set ssl.* under kafka.properties)")]
    [InlineData("stix: { to: { kafka: { topic: t } } }, batch: { events: 3 }", "sinks.out.batch has no effect on stix")]
    [InlineData("stix: { to: {} }", "sinks.out.stix.to must have exactly one of kafka, file, taxii, sentinel, but has none of them")]
    [InlineData("stix: { to: { taxii: { api_root: \"\", collection: \"\" } } }", "no sink is on (give at least one of them an address)")]
    [InlineData("stix: { marking: pink, to: { kafka: { topic: t } } }", "marking must be one of clear, green, amber, amber+strict, red, not 'pink'")]
    [InlineData("kafka: { topic: t }, file: { directory: o }", "must have exactly one of elasticsearch, splunk_hec, stix, kafka, file, but has kafka and file")]
    [InlineData("when: { a: b }", "must have exactly one of elasticsearch, splunk_hec, stix, kafka, file, but has none of them")]
    [InlineData("kafka: { topic: t }, rate_limit: 5 per second", "sinks.out.rate_limit must be a rate such as 5000/s or 10MiB/s")]
    [InlineData("elasticsearch: { url: http://h }, tls: { certificate: c }", "needs both certificate and key, or neither")]
    [InlineData("kafka: { topic: t }, when: high", "sinks.out.when must be a condition, not 'high'")]
    [InlineData("kafka: { topic: t }, when: { severity|above: 3 }", "p.yaml:6:46: sinks.out.when: ")]
    [InlineData("kafka: { topic: t }, tls: { ca: ca.pem }", "sinks.out.tls has no effect on a Kafka topic (set ssl.* under kafka.properties)")]
    [InlineData("file: { directory: o }, batch: { events: 3 }", "sinks.out.batch has no effect on file")]
    [InlineData("kafka: { topic: t }, start: first", "sinks.out.start must be one of group, earliest, latest, not 'first'")]
    [InlineData("file: { directory: \"\" }", "no sink is on (give at least one of them an address)")]
    [InlineData("file: { directory: o, format: xml }", "sinks.out.file.format must be one of ecs, event, hec, stix, not 'xml'")]
    [InlineData("file: { directory: o, rotate: { every: 1 } }", "sinks.out.file.rotate.every must be a duration such as 20ms, not '1' (units: ms, s, m, h, d)")]
    public void Sinks_are_checked(string sink, string expected) =>
        Assert.Contains(expected, PipelineYaml.Error(PipelineYaml.Head + $"sinks: {{ out: {{ {sink} }} }}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("elasticsearch: { url: http://h }, tls: { insecure_skip_verify: true }", "takes any certificate")]
    public void What_works_otherwise_than_asked_is_a_warning(string sink, string expected)
    {
        var result = PipelineYaml.Parse(PipelineYaml.Head + $"sinks: {{ out: {{ {sink} }} }}");

        Assert.Contains(expected, Assert.Single(result.Problems).ToString(), StringComparison.Ordinal);
        Assert.NotNull(result.Options);
    }

    [Theory]
    [InlineData("kafka: { topic: t }, rate_limit: 0, detach_after: null, on_failure: hold")]
    [InlineData("elasticsearch: { url: [http://a, http://b] }")]
    [InlineData("splunk_hec: { url: http://a, token: t, acknowledgement: false }")]
    [InlineData("splunk_hec: { url: [http://a, http://b], token: t, acknowledgement: true }")]
    [InlineData("splunk_hec: { url: http://a, token: t, acknowledgement: { timeout: 2m } }, rate_limit: 10MiB/s")]
    public void A_key_that_asks_for_nothing_is_fine(string sink) => Assert.Empty(PipelineYaml.Parse(PipelineYaml.Head + $"sinks: {{ out: {{ {sink} }} }}").Problems);

    [Theory]
    [InlineData("catalogue: 7", "attribution.catalogue: there is no ATT&CK catalogue 7 (one of: 18.1, 19)")]
    [InlineData("providers: [{ declared: {}, tables: {} }]", "attribution.providers.0 must be a map with one key (one of: declared, tables, sigma, service)")]
    [InlineData("providers: [{ tabels: {} }]", "unknown key tabels in attribution.providers.0 (did you mean tables?)")]
    [InlineData("providers: [{ tables: { files: [keyword] } }]", "there is no table keyword, neither shipped nor at")]
    [InlineData("providers: [{ sigma: {} }]", "attribution.providers.0.sigma lacks rules")]
    [InlineData("providers: [{ sigma: { rules: /no/such/rules } }]", "there are no Sigma rules at /no/such/rules")]
    [InlineData("providers: [{ sigma: { rules: [.], minimum_level: middle } }]", "minimum_level must be")]
    [InlineData("providers: [{ sigma: { rules: [.], invalid_rules: drop } }]", "invalid_rules must be")]
    [InlineData("providers: [{ sigma: { rules: [.] } }, { sigma: { rules: [.] } }]", "there is a sigma provider already (list all folders under one 'rules')")]
    [InlineData("providers: [{ service: { url: \"::\" } }]", ":: is no http or https address")]
    [InlineData("providers: [{ service: { timeout: soon } }]", "timeout must be a duration such as 20ms, not 'soon'")]
    [InlineData("providers: [{ service: { timeout: 0s } }]", "timeout must be at least 1ms")]
    public void Attribution_is_checked(string attribution, string expected) => Assert.Contains(
        expected.Replace("attribution.catalogue: ", "", StringComparison.Ordinal),
        PipelineYaml.Error(PipelineYaml.Minimal + $"attribution: {{ {attribution} }}"),
        StringComparison.Ordinal);

    [Fact]
    public void Sigma_rules_keep_their_values()
    {
        var options = PipelineYaml.Valid(PipelineYaml.Minimal + """
            attribution:
              providers:
                - sigma: { rules: ., minimum_level: high, invalid_rules: refuse, placeholders: { admins: [root, adm], host: dc1 } }
            """);

        var sigma = Assert.IsType<SigmaProviderOptions>(options.Attribution.Providers[0]);
        Assert.Equal(["."], sigma.Rules);
        Assert.Equal(("high", true), (sigma.MinimumLevel, sigma.RefuseInvalidRules));
        Assert.Equal(["root", "adm"], sigma.Placeholders["admins"]);
        Assert.Equal(["dc1"], sigma.Placeholders["host"]);
    }

    [Fact]
    public void Providers_keep_their_order_and_values()
    {
        var options = PipelineYaml.Valid(PipelineYaml.Minimal + """
            attribution:
              providers:
                - tables: { files: keywords }
                - service: { url: "http://a:1", on_failure: hold, batch: { indicators: 7, linger: 3ms }, cache: { entries: 9, time_to_live: 2m, negative_time_to_live: 5s } }
                - declared: {}
            """);

        Assert.Equal(["keywords"], Assert.IsType<TablesProviderOptions>(options.Attribution.Providers[0]).Files);
        Assert.Equal(
            new AttributionServiceOptions
            {
                Url = "http://a:1",
                HoldOnFailure = true,
                BatchIndicators = 7,
                BatchLinger = TimeSpan.FromMilliseconds(3),
                CacheEntries = 9,
                TimeToLive = TimeSpan.FromMinutes(2),
                NegativeTimeToLive = TimeSpan.FromSeconds(5),
            },
            options.Attribution.Providers[1]);
        Assert.IsType<DeclaredProviderOptions>(options.Attribution.Providers[2]);
    }

    [Fact]
    public void A_redis_that_would_not_be_used_is_named() => Assert.Equal(
        "p.yaml:9:58: warning: attribution.providers.0.service.cache.redis is not supported by this version: answers are cached in this process only",
        Assert.Single(PipelineYaml.Parse(PipelineYaml.Minimal + "attribution: { providers: [ { service: { cache: { redis: \"redis:6379\" } } } ] }").Problems).ToString());

    [Theory]
    [InlineData("limits: { memory: 23MiB }", "limits.memory of 23MiB is below what this pipeline needs (at least 53MiB, or a smaller limits.batch.bytes)")]
    [InlineData("limits: { batch: { bytes: 1KiB } }", "limits.batch.bytes must be from 64KiB to 256MiB")]
    [InlineData("limits: { drain_timeout: 10ms }", "limits.drain_timeout must be at least 1s")]
    [InlineData("limits: { parallelism: 0 }", "limits.parallelism must be auto or a number of cores from 1 to 1024, not '0'")]
    [InlineData("limits: { memory: lots }", "limits.memory must be a size such as 512MiB, not 'lots' (units: B, KiB, MiB, GiB)")]
    [InlineData("api: { listen: everywhere }", "everywhere is not address:port")]
    [InlineData("api: maybe", "api must be a map, not 'maybe'")]
    [InlineData("kafka: { group_id: \"a b\" }", "the group a b may hold only letters")]
    [InlineData("output: { original: yes }", "output.original must be true or false, not 'yes'")]
    [InlineData("formats: here", "")]
    public void Limits_and_listener_are_checked(string text, string expected)
    {
        if (expected.Length == 0)
        {
            Assert.Equal(["here"], PipelineYaml.Valid(PipelineYaml.Minimal + text).Formats);
            return;
        }

        Assert.Contains(expected, PipelineYaml.Error(PipelineYaml.Minimal + text), StringComparison.Ordinal);
    }

    [Fact]
    public void The_smallest_memory_that_a_problem_names_is_accepted() => Assert.Equal(53L << 20, PipelineYaml.Valid(PipelineYaml.Minimal + "limits: { memory: 53MiB }").Limits.Memory);

    [Fact]
    public void A_linger_of_a_sink_that_keeps_events_in_memory_for_minutes_is_refused() => Assert.Contains(
        "sinks.siem.batch.linger is longer than 30s: events wait in memory meanwhile (30s or less)",
        PipelineYaml.Error(PipelineYaml.Head + "sinks: { siem: { elasticsearch: { url: \"http://a:1\" }, batch: { linger: 5m } } }"),
        StringComparison.Ordinal);
}
