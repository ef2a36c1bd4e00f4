using System.Text.RegularExpressions;
using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Architecture;

/// <summary>docs/complaints.md says what others get wrong and which tests show that we do not: both name each other.</summary>
public sealed partial class ComplaintTests
{
    [Fact]
    public void Each_complaint_of_the_table_has_the_tests_that_it_names()
    {
        var tests = Marked();
        foreach (Match row in Row().Matches(File.ReadAllText(Repository.PathOf("docs", "complaints.md"))))
        {
            var named = Name().Matches(row.Groups[2].Value).Select(static name => name.Groups[1].Value).ToList();
            Assert.NotEmpty(named);
            Assert.All(named, name => Assert.Contains((row.Groups[1].Value, name), tests));
        }
    }

    [Fact]
    public void Each_complaint_that_a_test_names_is_in_the_table()
    {
        var table = Row().Matches(File.ReadAllText(Repository.PathOf("docs", "complaints.md"))).Select(static row => row.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(Marked(), test => !table.Contains(test.Complaint));
    }

    private static HashSet<(string Complaint, string Test)> Marked() =>
    [
        .. Directory.EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(static file => Test().Matches(File.ReadAllText(file)))
            .SelectMany(static test => Trait().Matches(test.Value).Select(trait => (trait.Groups[1].Value, test.Groups[1].Value))),
    ];

    [GeneratedRegex(@"^\|[^|]*\(\[([\w./-]+#\d+)\][^|]*\|[^|]*\|([^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"(?:^    \[.*\]\n)+^    public (?:async )?(?:Task|void) (\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Test();

    [GeneratedRegex("""Trait\("Complaint", "([^"]+)"\)""")]
    private static partial Regex Trait();
}
