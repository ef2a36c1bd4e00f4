using System.Xml.Linq;
using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Architecture;

/// <summary>Invariant I9: each part depends only on Core; only the executable composes them.</summary>
public sealed class ProjectReferenceTests
{
    public static TheoryData<string> Parts => ["StreamEnricher.Kafka", "StreamEnricher.Enrichment", "StreamEnricher.Delivery", "StreamEnricher.Engine"];

    [Fact]
    public void Core_depends_on_nothing()
    {
        Assert.Empty(References("StreamEnricher.Core"));
        Assert.Empty(Packages("StreamEnricher.Core"));
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Parts_depend_on_core_alone(string project) => Assert.Equal(["StreamEnricher.Core"], References(project));

    [Fact]
    public void Only_the_executable_composes()
    {
        var composing = Directory.EnumerateDirectories(Repository.PathOf("src"))
            .Select(folder => Path.GetFileName(folder)!)
            .Where(project => References(project).Count > 1);
        Assert.Equal(["StreamEnricher.Cli"], composing);
    }

    [Theory]
    [InlineData("Confluent.Kafka", "StreamEnricher.Kafka")]
    [InlineData("Spectre.Console", "StreamEnricher.Cli")]
    [InlineData("System.CommandLine", "StreamEnricher.Cli")]
    [InlineData("Polly.Core", "StreamEnricher.Enrichment")]
    public void A_library_is_seen_by_one_project(string package, string project)
    {
        var users = Directory.EnumerateDirectories(Repository.PathOf("src")).Select(folder => Path.GetFileName(folder)!).Where(name => Packages(name).Contains(package));
        Assert.Equal([project], users);
    }

    [Fact]
    public void Engine_uses_no_packages_that_do_io() =>
        Assert.Equal(["Microsoft.Extensions.Logging.Abstractions"], Packages("StreamEnricher.Engine"));

    [Fact]
    public void Versions_stand_in_one_place()
    {
        var stated = Directory.EnumerateFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories)
            .SelectMany(file => XDocument.Load(file).Descendants("PackageReference"))
            .Where(reference => reference.Attribute("Version") is not null);
        Assert.Empty(stated);
    }

    private static List<string> References(string project) =>
        [.. Project(project).Descendants("ProjectReference").Select(item => Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value))];

    private static List<string> Packages(string project) =>
        [.. Project(project).Descendants("PackageReference").Select(item => item.Attribute("Include")!.Value)];

    private static XDocument Project(string project) => XDocument.Load(Repository.PathOf("src", project, project + ".csproj"));
}
