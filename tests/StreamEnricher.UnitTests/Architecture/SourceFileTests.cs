using System.Text.RegularExpressions;
using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Architecture;

/// <summary>House rules that a compiler does not know.</summary>
public sealed partial class SourceFileTests
{
    private const int MaxLines = 400;

    /// <summary>Every interface of the product, with its implementations outside tests. An interface stands where two real ones exist.</summary>
    private static readonly Dictionary<string, string> Interfaces = new(StringComparer.Ordinal)
    {
        ["IEventSource"] = "KafkaEventSource; in memory for tests of the engine",
        ["IEventSink"] = "ElasticsearchSink, SplunkHecSink, KafkaEventSink, FileSink",
        ["IDeadLetterStore"] = "KafkaDeadLetterStore, DirectoryDeadLetterStore",
        ["IStixDestination"] = "TaxiiDestination, SentinelDestination",
        ["IAggregateStore"] = "KafkaAggregateStore, FileAggregateStore",
        ["IFieldReader"] = "SlotReader, DocumentFieldReader",
    };

    public static IEnumerable<string> Sources =>
        new[] { "src", "tests", "benchmarks" }
            .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories));

    [Fact]
    public void Files_stay_under_400_lines() =>
        Assert.Empty(Sources.Where(file => File.ReadLines(file).Count() > MaxLines).Select(Relative));

    [Fact]
    public void Namespace_is_the_folder()
    {
        var wrong = Sources
            .Select(file => (File: Relative(file), Declared: Namespace().Match(File.ReadAllText(file)).Groups[1].Value, Expected: Expected(file)))
            .Where(one => one.Declared != one.Expected)
            .Select(one => $"{one.File}: {one.Declared}, expected {one.Expected}");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Interfaces_stand_only_where_there_are_two_implementations()
    {
        var declared = Sources
            .Where(file => file.StartsWith(Repository.PathOf("src"), StringComparison.Ordinal))
            .SelectMany(file => Interface().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value);
        Assert.Equal(Interfaces.Keys.Order(), declared.Order());
    }

    [Fact]
    public void No_exception_is_swallowed() =>
        Assert.Empty(Sources.Where(file => Swallowed().IsMatch(File.ReadAllText(file))).Select(Relative));

    private static string Relative(string file) => Path.GetRelativePath(Repository.Root, file);

    private static string Expected(string file) =>
        string.Join('.', Path.GetDirectoryName(Path.GetRelativePath(Repository.Root, file))!.Split(Path.DirectorySeparatorChar).Skip(1));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^\s*(?:public|internal) interface (\w+)", RegexOptions.Multiline)]
    private static partial Regex Interface();

    [GeneratedRegex(@"catch\s*(\([^)]*\))?\s*\{\s*\}")]
    private static partial Regex Swallowed();
}
