using StreamEnricher.Cli.Configuration;
using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Cli.Configuration;

public sealed class PipelineSchemaTests
{
    [Fact]
    public void The_schema_in_docs_is_current() => Assert.True(
        File.ReadAllText(Repository.PathOf("docs", "pipeline.schema.json")) == PipelineSchema.Text(),
        "docs/pipeline.schema.json is not what the reader takes: streamenricher validate --schema > docs/pipeline.schema.json");
}
