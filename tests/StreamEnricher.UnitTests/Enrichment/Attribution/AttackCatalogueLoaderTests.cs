using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.UnitTests.Enrichment.Attribution;

public sealed class AttackCatalogueLoaderTests : IDisposable
{
    private const string TechniqueHeader = "id\tname\ttactics\tparent_id\tdeprecated\trevoked\tmodified\turl";
    private const string TacticHeader = "id\tname\tshortname\tmatrix_order";
    private const string RedirectHeader = "old_id\tcurrent_id";
    private const string Execution = "TA0002\tExecution\texecution\t4";
    private const string Shell = "T1059\tShell\texecution\t\tfalse\tfalse\t\thttps://example.org/T1059";

    private readonly AttributionTestData _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void A_release_of_ones_own_is_read()
    {
        Write([Shell, "T1060\tOld\texecution\t\ttrue\tfalse\t\tu", "T1061\tGone\texecution\t\tfalse\ttrue\t\tu"], [Execution], ["T1061\tT1059"]);
        _data.Write("stix-ids.tsv", "technique_id\tstix_id", "T1059\tattack-pattern--7385dfaf-6886-4229-9ecd-6fd678040830");

        var catalogue = AttackCatalogueLoader.Load(_data.PathOf("20"));

        Assert.Equal("20", catalogue.Version);
        Assert.Equal(
            new Technique("T1059", "Shell", null, ["TA0002"], "https://example.org/T1059", "attack-pattern--7385dfaf-6886-4229-9ecd-6fd678040830", null) with { TacticIds = catalogue.Find("T1059")!.TacticIds },
            Assert.Single(catalogue.Techniques));
        Assert.Equal("T1059", catalogue.Resolve("T1061"u8));
        Assert.Null(catalogue.Resolve("T1060"u8));
    }

    [Theory]
    [InlineData("T105\tX\texecution\t\tfalse\tfalse\t\tu", "techniques.tsv:3: 'T105' is no technique id; write T1059 or T1059.001")]
    [InlineData("T1059\tX\texecution\t\tfalse\tfalse\t\tu", "techniques.tsv:3: technique T1059 is there twice")]
    [InlineData("T1060\tX\tflying\t\tfalse\tfalse\t\tu", "techniques.tsv:3: tactic 'flying' is not in tactics.tsv")]
    [InlineData("T1060\tX", "techniques.tsv:3: 2 columns, the header has 8; columns are separated by one TAB each")]
    public void A_wrong_technique_is_named_by_file_and_line(string row, string message)
    {
        Write([Shell, row], [Execution], []);
        AssertRefused(message);
    }

    [Theory]
    [InlineData("TA0003\tX\tx\tfirst", "tactics.tsv:3: matrix_order 'first' is no number")]
    [InlineData("TA0003\tX\texecution\t5", "tactics.tsv:3: tactic TA0003 (execution) is there twice")]
    public void A_wrong_tactic_is_named_by_file_and_line(string row, string message)
    {
        Write([Shell], [Execution, row], []);
        AssertRefused(message);
    }

    [Theory]
    [InlineData("T1\tT1059", "redirects.tsv:3: 'T1' is no technique id; write T1059 or T1059.001")]
    [InlineData("T1061\tshell", "redirects.tsv:3: 'shell' is no technique id; write T1059 or T1059.001")]
    [InlineData("T1086\tT1059", "redirects.tsv:3: T1086 is redirected twice")]
    public void A_wrong_redirect_is_named_by_file_and_line(string row, string message)
    {
        Write([Shell], [Execution], ["T1086\tT1059", row]);
        AssertRefused(message);
    }

    [Theory]
    [InlineData("T1060\tattack-pattern--x", "stix-ids.tsv:3: 'attack-pattern--x' is no attack-pattern--UUID")]
    [InlineData("T1060\tmalware--7385dfaf-6886-4229-9ecd-6fd678040830", "stix-ids.tsv:3: 'malware--7385dfaf-6886-4229-9ecd-6fd678040830' is no attack-pattern--UUID")]
    [InlineData("T1059\tattack-pattern--970a3432-3237-47ad-bcca-7d8cbb217736", "stix-ids.tsv:3: technique T1059 is there twice")]
    public void A_wrong_object_id_is_named_by_file_and_line(string row, string message)
    {
        Write([Shell], [Execution], []);
        _data.Write("stix-ids.tsv", "technique_id\tstix_id", "T1059\tattack-pattern--7385dfaf-6886-4229-9ecd-6fd678040830", row);
        AssertRefused(message);
    }

    [Fact]
    public void A_missing_column_is_named_with_those_that_are_there()
    {
        Write([Shell], [Execution], []);
        _data.Write("20/redirects.tsv", "old_id\tnew_id", "T1061\tT1059");
        AssertRefused("redirects.tsv:1: the header has no column 'current_id'; it has: old_id, new_id");
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        _data.Write("20/techniques.tsv", TechniqueHeader, Shell);
        var problem = Assert.Throws<DataFileException>(() => AttackCatalogueLoader.Load(_data.PathOf("20")));
        Assert.StartsWith(_data.PathOf("20/tactics.tsv") + ": cannot be read as a table of UTF-8 text: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_refused()
    {
        Write([Shell], [Execution], []);
        File.WriteAllText(_data.PathOf("20/tactics.tsv"), "");
        AssertRefused("tactics.tsv:1: the file is empty; the first line must name the columns");
    }

    private void Write(string[] techniques, string[] tactics, string[] redirects)
    {
        _data.Write("20/techniques.tsv", [TechniqueHeader, .. techniques]);
        _data.Write("20/tactics.tsv", [TacticHeader, .. tactics]);
        _data.Write("20/redirects.tsv", [RedirectHeader, .. redirects]);
    }

    private void AssertRefused(string message)
    {
        var problem = Assert.Throws<DataFileException>(() => AttackCatalogueLoader.Load(_data.PathOf("20")));
        Assert.EndsWith(message, problem.Message, StringComparison.Ordinal);
    }
}
