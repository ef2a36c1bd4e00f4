namespace StreamEnricher.IntegrationTests;

public sealed class PlaceholderTests
{
    [Fact]
    public void Runs() => Assert.True(File.Exists(StreamEnricher.Testing.Repository.PathOf("StreamEnricher.sln")));
}
