using StreamEnricher.Delivery.Elasticsearch;
using StreamEnricher.Delivery.Elasticsearch.Setup;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery;

public sealed class ElasticsearchSetupTests
{
    [Theory]
    [InlineData("""{"version":{"number":"9.5.3"},"tagline":"You Know, for Search"}""", false, "9.5.3")]
    [InlineData("""{"version":{"distribution":"opensearch","number":"3.8.0"}}""", true, "3.8.0")]
    public async Task The_server_says_what_it_is(string banner, bool isOpenSearch, string version)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Route("GET /", _ => ScriptedReply.Json(200, banner));
        using var setup = Setup(server);
        Assert.Equal((isOpenSearch, version, null), await setup.IdentifyAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("<html>hello</html>")]
    [InlineData("[]")]
    [InlineData("""{"version":"1"}""")]
    public async Task Something_else_at_the_address_is_told(string body)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Route("GET /", _ => ScriptedReply.Json(200, body));
        using var setup = Setup(server);
        var (_, _, problem) = await setup.IdentifyAsync(TestContext.Current.CancellationToken);
        Assert.Contains("neither Elasticsearch nor OpenSearch", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_stop_at_the_first_that_is_refused()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Route("PUT /one", static _ => ScriptedReply.Json(200, """{"acknowledged":true}"""));
        server.Route("PUT /two", static _ => ScriptedReply.Json(400, """{"error":"unknown parameter"}"""));
        using var setup = Setup(server);

        var results = await setup.ApplyAsync(
            [new SetupRequest("PUT", "/one", "{}"), new SetupRequest("PUT", "/two", "{}"), new SetupRequest("PUT", "/three", "{}")], TestContext.Current.CancellationToken);

        Assert.Equal([true, false], results.Select(static result => result.IsDone));
        Assert.Equal("""HTTP 400: {"error":"unknown parameter"}""", results[1].Detail);
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal("application/json", server.Requests[0].Header("Content-Type"));
    }

    [Fact]
    public async Task A_data_stream_that_exists_is_done()
    {
        const string exists = """{"error":{"type":"resource_already_exists_exception","reason":"data_stream [logs] already exists"},"status":400}""";
        await using var server = await ScriptedServer.StartAsync();
        server.Route("PUT /_data_stream/logs", static _ => ScriptedReply.Json(400, exists));
        using var setup = Setup(server);

        var results = await setup.ApplyAsync([new SetupRequest("PUT", "/_data_stream/logs", null)], TestContext.Current.CancellationToken);

        Assert.Equal((true, ""), (results[0].IsDone, results[0].Detail));
        Assert.True(server.Requests[0].Body.IsEmpty);
    }

    [Fact]
    public async Task The_check_names_a_missing_template_and_wrong_credentials()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Route("GET /", static _ => ScriptedReply.Json(200, """{"version":{"number":"9.5.3"}}"""));
        using var setup = Setup(server);
        Assert.Contains("run 'streamenricher setup'", await setup.CheckAsync("logs-test-default", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        server.Route("GET /_index_template/streamenricher-logs-test-default", static _ => ScriptedReply.Json(200, "{}"));
        Assert.Null(await setup.CheckAsync("logs-test-default", TestContext.Current.CancellationToken));

        server.Authorization = "ApiKey x";
        Assert.Contains("check api_key", await setup.CheckAsync("logs-test-default", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static ElasticsearchSetup Setup(ScriptedServer server) => new(new ElasticsearchOptions { Name = "siem", Urls = [server.Url] }, TimeProvider.System);
}
