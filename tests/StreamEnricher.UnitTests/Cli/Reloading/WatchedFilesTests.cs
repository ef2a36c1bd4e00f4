using StreamEnricher.Cli.Configuration;
using StreamEnricher.Cli.Reloading;

namespace StreamEnricher.UnitTests.Cli.Reloading;

public sealed class WatchedFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("watched-").FullName;

    public WatchedFilesTests() => Write("pipeline.yaml", "a");

    [Fact]
    public void A_change_counts_once_it_is_over()
    {
        var files = Watched();
        Assert.False(Looks(files, 2));

        Write("pipeline.yaml", "half");
        Assert.False(files.HaveChanged());
        Write("pipeline.yaml", "and the other half");
        Assert.False(files.HaveChanged());
        Assert.True(files.HaveChanged());

        files.Settle();
        Assert.False(Looks(files, 2));
    }

    [Theory]
    [InlineData("formats/own.yaml", true)]
    [InlineData("formats/events.ndjson", false)]
    [InlineData("formats/below/own.yaml", false)]
    [InlineData("rules/below/rule.yml", true)]
    [InlineData("table.tsv", true)]
    [InlineData("release/techniques.tsv", true)]
    [InlineData("other.yaml", false)]
    public void Files_that_the_pipeline_names_are_looked_at_and_others_are_not(string file, bool counts)
    {
        foreach (var folder in new[] { "formats/below", "rules/below", "release" })
        {
            Directory.CreateDirectory(Path.Combine(_folder, folder));
        }

        Write("table.tsv", "x");
        var files = Watched();
        files.Follow(new PipelineOptions
        {
            Folder = _folder,
            Formats = ["formats"],
            Attribution = new AttributionOptions { Catalogue = "./release", Providers = [new TablesProviderOptions { Files = ["et-open", "table.tsv"] }, new SigmaProviderOptions { Rules = ["rules"] }] },
        });

        Write(file, "changed");

        Assert.Equal(counts, Looks(files, 2));
    }

    [Fact]
    public void A_mounted_volume_whose_links_are_led_elsewhere_has_changed()
    {
        // The way in which Kubernetes updates a ConfigMap: the file stays the same link, the folder that it leads into is another one.
        Volume("..1", "old");
        Volume("..2", "another");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "..data"), "..1");
        File.CreateSymbolicLink(Path.Combine(_folder, "linked.yaml"), "..data/pipeline.yaml");
        var files = new WatchedFiles(Path.Combine(_folder, "linked.yaml"));
        Assert.False(Looks(files, 2));

        Directory.Delete(Path.Combine(_folder, "..data"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "..data"), "..2");

        Assert.True(Looks(files, 2));
    }

    [Fact]
    public void A_file_that_is_gone_or_a_link_into_nothing_is_a_change_and_no_failure()
    {
        var files = Watched();
        File.Delete(Path.Combine(_folder, "pipeline.yaml"));
        Assert.True(Looks(files, 2));

        files.Settle();
        File.CreateSymbolicLink(Path.Combine(_folder, "pipeline.yaml"), "nowhere");
        Assert.True(Looks(files, 2));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private WatchedFiles Watched() => new(Path.Combine(_folder, "pipeline.yaml"));

    /// <summary>Whether the last of some looks sees a change.</summary>
    private static bool Looks(WatchedFiles files, int looks)
    {
        var changed = false;
        for (var i = 0; i < looks; i++)
        {
            changed = files.HaveChanged();
        }

        return changed;
    }

    private void Volume(string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(_folder, name));
        Write($"{name}/pipeline.yaml", text);
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_folder, file), text);
}
