using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.UnitTests.Enrichment.Attribution;

public sealed class KeywordTableTests : IDisposable
{
    private const string Header = "phrase\ttechnique\tconfidence";

    private static readonly AttributionSpec Spec = new() { Keywords = [new(0, "description")], RelatedIndicators = new(1, "related_indicators") };

    private static readonly Attributor Shipped = new(
        AttributionTestData.Attack19, [AttributionTestData.Shipped.LoadTables([ShippedData.Keywords], AttributionTestData.Attack19)]);

    private readonly AttributionTestData _data = new();
    private readonly AttributionScratch _scratch = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("19")]
    [InlineData("18.1")]
    public void Every_shipped_phrase_names_live_techniques_of_every_shipped_release(string release)
    {
        var table = KeywordTable.Load(AttributionTestData.Shipped.PathOf(ShippedData.Keywords), AttributionTestData.Shipped.LoadCatalogue(release));

        Assert.True(table.Rows.Count >= 150);
    }

    [Theory]
    [InlineData("SQL injection attempt detected from 203.0.113.5", "T1190")]
    [InlineData("Port-scan of 10.0.0.0/8", "T1046")]
    [InlineData("SSH brute force attack", "T1110")]
    [InlineData("Password spraying against O365", "T1110.003")]
    [InlineData("credential_dumping via Mimikatz", "T1003")]
    [InlineData("Periodic C2 beaconing to rare host", "T1071")]
    [InlineData("DNS tunneling suspected", "T1071.004 T1572")]
    [InlineData("Phishing emails reported", "T1566")]
    [InlineData("RANSOMWARE behaviour: mass file encryption", "T1486")]
    [InlineData("Web shell uploaded", "T1505.003")]
    [InlineData("Windows Defender disabled on host", "T1685")]
    [InlineData("Decoy credential used on srv-12", "T1078")]
    [InlineData("Data exfiltration over DNS", "T1048.003")]
    [InlineData("User logged in", "")]
    [InlineData("The sport scan", "")]
    [InlineData("scandal", "")]
    [InlineData("Report scanning is done", "")]
    public void A_description_says_what_it_names(string description, string expected) =>
        Assert.Equal(expected, string.Join(' ', Attribute(Shipped, $$"""{"description":"{{description}}"}""").Techniques.Select(technique => technique.Id)));

    [Fact]
    public void Evidence_names_phrase_and_field()
    {
        var evidence = Assert.Single(Attribute(Shipped, """{"description":"SQL\u0020injection"}""").Evidence);

        Assert.Equal(("table", 0.85, "description", "sql injection"), (evidence.Provider, evidence.Confidence, evidence.Field, evidence.Value));
        Assert.Equal(("keyword:sql injection", "sql injection"), (evidence.Rule!.Id, evidence.Rule.Name));
    }

    [Fact]
    public void Tags_of_related_indicators_are_searched_and_nothing_else_of_them()
    {
        var found = Attribute(Shipped, """
            {"description":"odd","related_indicators":[
              {"type":"ip","value":"port scan","tags":["sql_injection",{"x":"ransomware"},["phishing"]],"note":"ransomware"},
              {"tags":"dns-tunnel","more":{"tags":["ransomware"]}},
              {"tags":["x\u002drat","port\u0020scan"]},
              "ransomware"]}
            """);

        Assert.Equal(["sql injection", "dns tunnel", "port scan"], found.Evidence.Select(evidence => evidence.Value));
        Assert.All(found.Evidence, evidence => Assert.Equal("related_indicators.tags", evidence.Field));
    }

    [Fact]
    public void The_longest_phrase_wins_over_those_inside_it()
    {
        var attributor = Own("a b\tT1001\t1", "b c\tT1002\t1", "a b c d\tT1003\t1", "c\u0020d\tT1005\t1", "x a b c\tT1007\t1");

        Assert.Equal(["a b c d"], Phrases(attributor, "a b c d"));
        Assert.Equal(["a b", "b c"], Phrases(attributor, "a b c"));
        Assert.Equal(["x a b c", "a b c d"], Phrases(attributor, "x a b c d"));
        Assert.Equal(["a b", "c d"], Phrases(attributor, "a b, c d, a b"));
    }

    [Fact]
    public void A_phrase_stands_between_anything_that_is_no_letter_or_digit()
    {
        var attributor = Own("web shell\tT1505.003\t1", "c&c\tT1071\t1");

        Assert.Equal(["web shell"], Phrases(attributor, "[Web_Shell]"));
        Assert.Equal(["web shell"], Phrases(attributor, "WEB-SHELLS"));
        Assert.Equal(["c&c"], Phrases(attributor, "C&C."));
        Assert.Empty(Phrases(attributor, "web shelled"));
        Assert.Empty(Phrases(attributor, "web  shell"));
        Assert.Empty(Phrases(attributor, "éweb shell"));
        Assert.Empty(Phrases(attributor, "web shellé"));
        Assert.Empty(Phrases(attributor, "cobweb shell"));
    }

    [Fact]
    public void A_shorter_phrase_still_counts_where_the_longer_one_is_only_part_of_a_word() =>
        Assert.Equal(["web"], Phrases(Own("web\tT1505\t1", "cob web\tT1506\t1".Replace("T1506", "T1505.003", StringComparison.Ordinal)), "jacob web"));

    [Theory]
    [InlineData("SQL\tT1190\t1", "own.tsv:2: phrase 'SQL': use lower-case ASCII letters")]
    [InlineData("sql  x\tT1190\t1", "own.tsv:2: phrase 'sql  x': use lower-case")]
    [InlineData(" sql\tT1190\t1", "own.tsv:2: phrase ' sql': use")]
    [InlineData("sql-x\tT1190\t1", "own.tsv:2: phrase 'sql-x': use")]
    [InlineData("\tT1190\t1", "own.tsv:2: the phrase is empty")]
    [InlineData("sql\tT9999\t1", "own.tsv:2: technique T9999 is not in ATT&CK 19")]
    [InlineData("sql\tT1190\t-1", "own.tsv:2: confidence '-1' is no number")]
    public void A_wrong_row_is_named_by_file_and_line(string row, string message)
    {
        var problem = Assert.Throws<DataFileException>(() => Own(row));

        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_phrase_that_is_there_twice_is_refused_with_both_lines()
    {
        var problem = Assert.Throws<DataFileException>(() => Own("sql\tT1190\t1", "sql\tT1059\t1"));

        Assert.EndsWith("own.tsv:3: phrase 'sql' is already in line 2; name all its techniques there, separated by commas", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_search_agrees_with_a_plain_search_on_random_texts()
    {
        string[] phrases = ["ab", "abc", "b c", "ca b", "ca", "bb a c"];
        var search = new PhraseSearch(phrases);
        var matches = new KeywordMatches();
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(24)).Select(_ => "abc -"[random.Next(5)])]);
            search.Search(System.Text.Encoding.UTF8.GetBytes(text), matches);

            Assert.Equal(PlainSearch(text, phrases), Enumerable.Range(0, matches.Count).Select(index => phrases[matches[index]]));
        }
    }

    private static List<string> PlainSearch(string text, string[] phrases)
    {
        var plain = text.Replace('-', ' ');
        var all = new List<(int Start, int End, string Phrase)>();
        foreach (var phrase in phrases)
        {
            for (var at = plain.IndexOf(phrase, StringComparison.Ordinal); at >= 0; at = plain.IndexOf(phrase, at + 1, StringComparison.Ordinal))
            {
                var end = at + phrase.Length;
                if ((at == 0 || plain[at - 1] == ' ') && (end == plain.Length || plain[end] == ' '))
                {
                    all.Add((at, end, phrase));
                }
            }
        }

        return [.. all
            .Where(one => !all.Exists(other => other != one && other.Start <= one.Start && other.End >= one.End))
            .OrderBy(one => one.End)
            .Select(one => one.Phrase)];
    }

    private Attributor Own(params string[] rows) =>
        new(AttributionTestData.Attack19, [new TableProvider([], KeywordTable.Load(_data.Write("own.tsv", [Header, .. rows]), AttributionTestData.Attack19))]);

    private List<string?> Phrases(Attributor attributor, string description) =>
        [.. Attribute(attributor, $$"""{"description":"{{description}}"}""").Evidence.Select(evidence => evidence.Value)];

    private StreamEnricher.Core.Attribution.Attribution Attribute(Attributor attributor, string json)
    {
        var slotted = SlottedEvent.Parse(json, "description", "related_indicators");
        _scratch.Related.Read(slotted.Buffer, slotted.Slots[1]);
        return attributor.Attribute(Spec, slotted.Buffer, slotted.Slots, AttributionTestData.Context, _scratch).Ready!.Attribution;
    }
}
