using System.Formats.Tar;
using System.IO.Compression;
using StreamEnricher.Enrichment.Attribution;
using StreamEnricher.Enrichment.Attribution.Sigma.Rules;

namespace StreamEnricher.UnitTests.Enrichment.Attribution.Sigma.Rules;

public sealed class SigmaRuleSetTests : IDisposable
{
    private readonly AttributionTestData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void Folders_are_read_with_all_below_them_in_the_order_of_names()
    {
        Write("rules/b.yml", "2");
        Write("rules/a/deep/x.yaml", "1");
        Write("rules/.github/workflow.yml", "9");
        _data.Write("rules/README.md", "no rule");

        Assert.Equal(["1", "2"], Load("rules").Rules.Select(rule => rule.Id));
    }

    [Fact]
    public void An_archive_holds_the_same_rules_as_its_folder()
    {
        Write("rules/b.yml", "2");
        Write("rules/a/x.yml", "1");
        Write("rules/broken.yml", "3", "nope");
        var archive = _data.PathOf("rules.tar.gz");
        using (var file = File.Create(archive))
        using (var zip = new GZipStream(file, CompressionLevel.Fastest))
        {
            TarFile.CreateFromDirectory(_data.PathOf("rules"), zip, includeBaseDirectory: true);
        }

        var rules = Load("rules.tar.gz");

        Assert.Equal(["1", "2"], rules.Rules.Select(rule => rule.Id));
        Assert.Equal($"{archive}/rules/broken.yml:5:38: no selection is named 'nope'; there are s", Assert.Single(rules.Problems).ToString());
    }

    [Fact]
    public void A_file_may_be_named_itself()
    {
        Write("one.yml", "1");
        Assert.Single(Load("one.yml").Rules);
    }

    [Fact]
    public void All_mistakes_are_counted_and_the_other_rules_used()
    {
        Write("rules/a.yml", "1");
        Write("rules/b.yml", "2", "nope");
        Write("rules/c.yml", "1");
        Write("rules/d.yml", "4", level: "low");

        var rules = Load("rules", SigmaLevel.Medium);

        Assert.Equal("1", Assert.Single(rules.Rules).Id);
        Assert.Equal((2, 1), (rules.LeftOut, rules.BelowLevel));
        Assert.Equal(["b.yml:5:38", "c.yml:1:1"], rules.Problems.Select(problem => $"{Path.GetFileName(problem.File)}:{problem.Line}:{problem.Column}"));
        Assert.Contains("the id 1 is that of", rules.Problems[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_named()
    {
        Assert.Contains("there are no Sigma rules: no such folder, archive or file", Assert.Throws<DataFileException>(() => Load("nowhere")).Message, StringComparison.Ordinal);
        _data.Write("rules.tgz", "no archive");
        Assert.Contains("rules.tgz: not a .tar.gz archive", Assert.Throws<DataFileException>(() => Load("rules.tgz")).Message, StringComparison.Ordinal);
    }

    private SigmaRuleSet Load(string path, SigmaLevel minimum = SigmaLevel.Informational) => SigmaRuleSet.Load([_data.PathOf(path)], minimum);

    private void Write(string name, string id, string condition = "s", string level = "high") => _data.Write(
        name, "title: T", $"id: {id}", $"level: {level}", "logsource: { product: p }", $"detection: {{ s: {{ a: b }}, condition: {condition} }}");
}
