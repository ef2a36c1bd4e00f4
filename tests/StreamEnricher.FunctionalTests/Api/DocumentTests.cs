using StreamEnricher.Cli.Api;
using StreamEnricher.Testing;

namespace StreamEnricher.FunctionalTests.Api;

public sealed class DocumentTests
{
    [Fact]
    public async Task The_OpenAPI_document_in_docs_is_current()
    {
        await using var rig = await ApiRig.StartAsync();

        var served = (await rig.GetAsync(ApiDocument.Route, null)).Json.ToJsonString(new() { WriteIndented = true }) + "\n";

        var file = Repository.PathOf("docs", "openapi.json");
        if (Environment.GetEnvironmentVariable("STREAMENRICHER_WRITE_DOCS") is not null)
        {
            await File.WriteAllTextAsync(file, served, TestContext.Current.CancellationToken);
        }

        Assert.True(
            File.Exists(file) && await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken) == served,
            "docs/openapi.json is not what is served: run this test with STREAMENRICHER_WRITE_DOCS=1");
    }
}
