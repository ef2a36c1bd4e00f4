using System.Text;
using StreamEnricher.Enrichment.Encoders.Stix;
using StreamEnricher.Enrichment.Intelligence;

namespace StreamEnricher.UnitTests.Enrichment.Intelligence;

/// <summary>Which values are never shared.</summary>
public sealed class AllowListTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Theory]
    [InlineData(1, "203.0.113.7", true)]
    [InlineData(1, "203.0.114.7", false)]
    [InlineData(2, "2001:db8::1", true)]
    [InlineData(2, "2001:db9::1", false)]
    [InlineData(3, "www.example.com", true)]
    [InlineData(3, "example.com", true)]
    [InlineData(3, "notexample.com", false)]
    [InlineData(4, "https://user@www.example.com:8443/x", true)]
    [InlineData(4, "http://203.0.113.9/x", true)]
    [InlineData(4, "http://[2001:db8::2]:80/", true)]
    [InlineData(4, "https://example.org/", false)]
    [InlineData(4, "https://example.org/known", true)]
    [InlineData(5, "44d88612fea8a8f36de82e1278abb02f", true)]
    [InlineData(5, "54d88612fea8a8f36de82e1278abb02f", false)]
    public void A_file_of_lines_names_them(byte kind, string value, bool expected)
    {
        File.WriteAllText(_file, "203.0.113.0/24 # ours\n2001:db8::/32\n\nExample.com.\nhttps://example.org/known\n44D88612FEA8A8F36DE82E1278ABB02F\n");
        var files = new AllowListFile();
        files.Add(_file);
        Assert.Equal(expected, files.ToList().Has(StixKind.Of(kind)!, Encoding.UTF8.GetBytes(value)));
    }

    [Theory]
    [InlineData("cidr", "\"8.8.8.0/24\"", 1, "8.8.8.8")]
    [InlineData("hostname", "\".example.com\"", 3, "a.example.com")]
    [InlineData("string", "\"a file.exe\", \"8.8.4.4\"", 1, "8.8.4.4")]
    public void A_warning_list_of_MISP_names_them(string type, string list, byte kind, string value)
    {
        File.WriteAllText(_file, $$"""{"name":"x","type":"{{type}}","matching_attributes":["ip-dst"],"list":[{{list}}]}""");
        var files = new AllowListFile();
        files.Add(_file);
        Assert.True(files.ToList().Has(StixKind.Of(kind)!, Encoding.UTF8.GetBytes(value)));
    }

    [Theory]
    [InlineData("8.8.8.8\nnot a value!\n", ":2: 'not a value!' is no address, network, domain, URL or hash")]
    [InlineData("{\"type\":\"regex\",\"list\":[]}", "a warning list of type regex cannot be used; string, hostname and cidr can")]
    [InlineData("{\"type\":\"cidr\",\"list\":[\"8.8.8.8/99\"]}", "'8.8.8.8/99' is no address, network or domain")]
    [InlineData("{\"type\":", "no MISP warning list")]
    public void What_is_wrong_is_named(string text, string expected)
    {
        File.WriteAllText(_file, text);
        Assert.Contains(expected, Assert.Throws<FormatException>(() => new AllowListFile().Add(_file)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);
}
