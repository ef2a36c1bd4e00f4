using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.UnitTests.Enrichment.Attribution;

public sealed class SignatureTableTests : IDisposable
{
    private const string Header = "field\tkey\ttechnique\tconfidence\tname";

    private readonly AttributionTestData _data = new();
    private readonly AttributionScratch _scratch = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public void The_shipped_ET_Open_table_attributes_a_signature_by_its_number()
    {
        var attributor = AttributorOver(AttributionTestData.Shipped.LoadTables(["et-open"], AttributionTestData.Attack19));
        var spec = new AttributionSpec { Tables = [new("et-open", 0, "alert.signature_id")] };

        var evidence = Assert.Single(Attribute(attributor, spec, """{"id":2000306}""").Evidence);

        Assert.Equal(("table", 0.6, "alert.signature_id", "2000306"), (evidence.Provider, evidence.Confidence, evidence.Field, evidence.Value));
        Assert.Equal(["T1005"], evidence.Techniques);
        Assert.Equal(("2000306", "ET DELETED Virtumonde Spyware siae3123.exe GET"), (evidence.Rule!.Id, evidence.Rule.Name));
        Assert.Equal(1, _scratch.Counts.Table);
    }

    [Theory]
    [InlineData("19")]
    [InlineData("18.1")]
    public void Every_row_of_the_shipped_ET_Open_table_is_under_the_BSD_licence_and_live(string release)
    {
        var table = SignatureTable.Load("et-open", AttributionTestData.Shipped.PathOf("et-open"), AttributionTestData.Shipped.LoadCatalogue(release));

        Assert.True(table.Rows.Count > 6000);
        Assert.All(table.Rows, row => Assert.InRange(int.Parse(row.Rule.Id!, System.Globalization.CultureInfo.InvariantCulture), 2_000_000, 2_799_999));
    }

    [Fact]
    public void A_table_of_ones_own_names_the_field_and_the_techniques()
    {
        var path = _data.Write("own.tsv", "# ours", Header, "rule.id\tR-1\tT1059.001,T1086,T1046\t0.75\tOur rule", "rule.id\tR-1\tT1003\t0.5\t", "other\tR-1\tT1566\t1\t");
        var attributor = AttributorOver(new TableProvider([SignatureTable.Load("own", path, AttributionTestData.Attack19)], null));
        var spec = new AttributionSpec { Tables = [new("own", 0, "rule.id"), new("absent", 0, "rule.id"), new("own", 0, "unnamed")] };

        var found = Attribute(attributor, spec, """{"id":["R-1","R-2","R-1"]}""");

        Assert.Equal([0.75, 0.5], found.Evidence.Select(evidence => evidence.Confidence));
        Assert.Equal(["T1059.001", "T1046"], found.Evidence[0].Techniques);
        Assert.Null(found.Evidence[1].Rule!.Name);
        Assert.Equal(["T1003", "T1046", "T1059.001"], found.Techniques.Select(technique => technique.Id));
    }

    [Fact]
    public void The_fields_that_a_table_names_are_known_to_the_format()
    {
        var path = _data.Write("own.tsv", Header, "b\t1\tT1059\t1\t", "a\t1\tT1059\t1\t", "*\t2\tT1059\t1\t");

        Assert.Equal(["a", "b"], SignatureTable.Load("own", path, AttributionTestData.Attack19).Fields);
    }

    [Fact]
    public void A_key_is_exact_and_its_escapes_are_resolved()
    {
        var path = _data.Write("own.tsv", Header, "*\ta/b\tT1059\t1\t");
        var attributor = AttributorOver(new TableProvider([SignatureTable.Load("own", path, AttributionTestData.Attack19)], null));
        var spec = new AttributionSpec { Tables = [new("own", 0, "id")] };

        Assert.Single(Attribute(attributor, spec, """{"id":"a\/b"}""").Evidence);
        Assert.Empty(Attribute(attributor, spec, """{"id":"A/b"}""").Evidence);
        Assert.Empty(Attribute(attributor, spec, """{"id":"a/b "}""").Evidence);
        Assert.Empty(Attribute(attributor, spec, "{}").Evidence);
    }

    [Theory]
    [InlineData("*\t\tT1059\t1\t", "own.tsv:2: the key is empty")]
    [InlineData("\t1\tT1059\t1\t", "own.tsv:2: the field is empty")]
    [InlineData("*\t1\t\t1\t", "own.tsv:2: the technique is empty; write T1059 or T1059.001")]
    [InlineData("*\t1\tshell\t1\t", "own.tsv:2: 'shell' is no technique id; write T1059 or T1059.001, several separated by commas")]
    [InlineData("*\t1\tT9999\t1\t", "own.tsv:2: technique T9999 is not in ATT&CK 19: unknown or deprecated there")]
    [InlineData("*\t1\tT1059\t0\t", "own.tsv:2: confidence '0' is no number above 0 and up to 1, such as 0.75")]
    [InlineData("*\t1\tT1059\t1.5\t", "own.tsv:2: confidence '1.5' is no number above 0 and up to 1, such as 0.75")]
    [InlineData("*\t1\tT1059\thigh\t", "own.tsv:2: confidence 'high' is no number above 0 and up to 1, such as 0.75")]
    [InlineData("*\t1\tT1059\t1", "own.tsv:2: 4 columns, the header has 5; columns are separated by one TAB each")]
    public void A_wrong_row_is_named_by_file_and_line(string row, string message)
    {
        var path = _data.Write("own.tsv", Header, row);

        var problem = Assert.Throws<DataFileException>(() => SignatureTable.Load("own", path, AttributionTestData.Attack19));

        Assert.EndsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_table_is_refused_with_the_shipped_ones()
    {
        var problem = Assert.Throws<DataFileException>(() => AttributionTestData.Shipped.LoadTables(["et-opn"], AttributionTestData.Attack19));

        Assert.Equal("no table 'et-opn': shipped are et-open, keywords; for one of your own give the path of its TSV file", problem.Message);
    }

    [Fact]
    public void A_file_that_is_no_gzip_is_refused()
    {
        var path = _data.Write("own.tsv.gz", Header);

        var problem = Assert.Throws<DataFileException>(() => SignatureTable.Load("own", path, AttributionTestData.Attack19));

        Assert.Contains("own.tsv.gz: cannot be read as a table of UTF-8 text: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Invalid_UTF_8_is_refused()
    {
        var path = _data.PathOf("own.tsv");
        File.WriteAllBytes(path, [.. "field\tkey\ttechnique\tconfidence\n*\t"u8, 0xFF, .. "\tT1059\t1\n"u8]);

        Assert.Throws<DataFileException>(() => SignatureTable.Load("own", path, AttributionTestData.Attack19));
    }

    private static Attributor AttributorOver(TableProvider provider) => new(AttributionTestData.Attack19, [provider]);

    private StreamEnricher.Core.Attribution.Attribution Attribute(Attributor attributor, AttributionSpec spec, string json)
    {
        var slotted = SlottedEvent.Parse(json, "id");
        return attributor.Attribute(spec, slotted.Buffer, slotted.Slots, AttributionTestData.Context, _scratch).Ready!.Attribution;
    }
}
