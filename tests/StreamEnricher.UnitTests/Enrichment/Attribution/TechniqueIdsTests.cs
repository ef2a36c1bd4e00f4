using System.Text;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.UnitTests.Enrichment.Attribution;

public sealed class TechniqueIdsTests
{
    [Theory]
    [InlineData("T1059", "T1059")]
    [InlineData("t1059.001", "T1059.001")]
    [InlineData("T1059/001", "T1059.001")]
    [InlineData("attack.t1059.001", "T1059.001")]
    [InlineData("T1059.001 - PowerShell", "T1059.001")]
    [InlineData("T1003.006 OS Credential Dumping", "T1003.006")]
    [InlineData("https://attack.mitre.org/techniques/T1003/006/", "T1003.006")]
    [InlineData("T1059,T1071.004; (T1566)", "T1059 T1071.004 T1566")]
    [InlineData("T1059.T1071", "T1059 T1071")]
    [InlineData("Uses T1059.001.", "T1059.001")]
    [InlineData("T1059.0012", "T1059")]
    [InlineData("T10590", "")]
    [InlineData("XT1059", "")]
    [InlineData("T105", "")]
    [InlineData("TA0002", "")]
    [InlineData("T1059x", "")]
    [InlineData("T1059é", "")]
    [InlineData("", "")]
    [InlineData("the attack tool", "")]
    public void Every_spelling_is_found(string text, string expected) => Assert.Equal(expected, string.Join(' ', Find(text)));

    [Theory]
    [InlineData("T1059", true)]
    [InlineData("T1059.001", true)]
    [InlineData("t1059", false)]
    [InlineData("T1059/001", false)]
    [InlineData(" T1059", false)]
    [InlineData("T1059 ", false)]
    [InlineData("", false)]
    public void Only_the_catalogues_spelling_is_canonical(string text, bool canonical) => Assert.Equal(canonical, TechniqueIds.IsCanonical(text));

    private static List<string> Find(string text)
    {
        var found = new List<string>();
        Span<byte> canonical = stackalloc byte[TechniqueIds.MaxLength];
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        while (TechniqueIds.TryFind(rest, canonical, out var length, out var written))
        {
            found.Add(Encoding.ASCII.GetString(canonical[..length]));
            rest = rest[written.End..];
        }

        return found;
    }
}
