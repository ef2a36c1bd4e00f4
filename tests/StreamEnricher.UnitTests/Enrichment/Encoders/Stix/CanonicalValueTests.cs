using System.Text;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Encoders.Stix;
using static StreamEnricher.Enrichment.Encoders.IndicatorType;

namespace StreamEnricher.UnitTests.Enrichment.Encoders.Stix;

public sealed class CanonicalValueTests
{
    [Theory]
    [InlineData(Ip, "8.8.8.8", "[ipv4-addr:value = '8.8.8.8']")]
    [InlineData(Ip, "192.0.66.2", "[ipv4-addr:value = '192.0.66.2']")]
    [InlineData(Ip, "192.0.2.7", "[ipv4-addr:value = '192.0.2.7']")]
    [InlineData(Ip, "2001:0DB8:0000:0000:0000:0000:0000:0001", "[ipv6-addr:value = '2001:db8::1']")]
    [InlineData(Ip, "2606:4700:4700::1111", "[ipv6-addr:value = '2606:4700:4700::1111']")]
    [InlineData(Ip, "::ffff:198.51.100.1", "[ipv4-addr:value = '198.51.100.1']")]
    [InlineData(Ip, "::FFFF:c633:6401", "[ipv4-addr:value = '198.51.100.1']")]
    [InlineData(Domain, "Evil.Example.COM", "[domain-name:value = 'evil.example.com']")]
    [InlineData(Domain, "evil.example.", "[domain-name:value = 'evil.example']")]
    [InlineData(Domain, "_dmarc.xn--bcher-kva.example", "[domain-name:value = '_dmarc.xn--bcher-kva.example']")]
    [InlineData(Domain, "a.xn--p1ai", "[domain-name:value = 'a.xn--p1ai']")]
    [InlineData(Url, "HTTP://Evil.Example:8080/Path?Q=1#F", "[url:value = 'http://evil.example:8080/Path?Q=1#F']")]
    [InlineData(Url, "https://Bob:Pass@Evil.Example/", "[url:value = 'https://Bob:Pass@evil.example/']")]
    [InlineData(Url, "ftp://198.51.100.7/a", "[url:value = 'ftp://198.51.100.7/a']")]
    [InlineData(Url, "http://[2001:DB8::7]:81/", "[url:value = 'http://[2001:db8::7]:81/']")]
    [InlineData(Url, "http://evil.example?x='a'&y=\\b", "[url:value = 'http://evil.example?x=\\'a\\'&y=\\\\b']")]
    [InlineData(Md5, "9E107D9D372BB6826BD81D3542A419D6", "[file:hashes.MD5 = '9e107d9d372bb6826bd81d3542a419d6']")]
    [InlineData(Sha1, "2FD4E1C67A2D28FCED849EE1BB76E7391B93EB12", "[file:hashes.'SHA-1' = '2fd4e1c67a2d28fced849ee1bb76e7391b93eb12']")]
    [InlineData(
        Sha256,
        "D7A8FBB307D7809469CA9ABCB0082E4F8D5651E46BD8D3C5F1B8B1E2C3D4E5F6",
        "[file:hashes.'SHA-256' = 'd7a8fbb307d7809469ca9abcb0082e4f8d5651e46bd8d3c5f1b8b1e2c3d4e5f6']")]
    internal void Value_has_one_spelling_in_one_comparison(IndicatorType type, string text, string pattern) => Assert.Equal(pattern, Pattern(type, text));

    [Theory]
    [InlineData(Ip, "10.1.2.3")]
    [InlineData(Ip, "127.0.0.1")]
    [InlineData(Ip, "169.254.1.1")]
    [InlineData(Ip, "100.64.0.1")]
    [InlineData(Ip, "192.0.0.8")]
    [InlineData(Ip, "172.31.255.255")]
    [InlineData(Ip, "198.19.0.1")]
    [InlineData(Ip, "224.0.0.1")]
    [InlineData(Ip, "255.255.255.255")]
    [InlineData(Ip, "0.0.0.0")]
    [InlineData(Ip, "fe80::1")]
    [InlineData(Ip, "fd00::1")]
    [InlineData(Ip, "::1")]
    [InlineData(Ip, "::ffff:10.0.0.1")]
    [InlineData(Ip, "8.8.8")]
    [InlineData(Ip, "8.8.8.8/24")]
    [InlineData(Ip, "evil.example")]
    [InlineData(Domain, "localhost")]
    [InlineData(Domain, "WIN-DC01")]
    [InlineData(Domain, "dc01.corp.local")]
    [InlineData(Domain, "printer.LAN.")]
    [InlineData(Domain, "3.100.51.198.in-addr.arpa")]
    [InlineData(Domain, "198.51.100.3")]
    [InlineData(Domain, "300.1.1.1")]
    [InlineData(Domain, "*.evil.example")]
    [InlineData(Domain, "evil..example")]
    [InlineData(Domain, ".evil.example")]
    [InlineData(Domain, "-evil.example")]
    [InlineData(Domain, "evil .example")]
    [InlineData(Domain, "evil.example/x")]
    [InlineData(Domain, "bücher.example")]
    [InlineData(Domain, "")]
    [InlineData(Domain, ".")]
    [InlineData(Url, "/index.php")]
    [InlineData(Url, "evil.example/x")]
    [InlineData(Url, "://evil.example/")]
    [InlineData(Url, "1http://evil.example/")]
    [InlineData(Url, "http://")]
    [InlineData(Url, "http://intranet/")]
    [InlineData(Url, "http://10.0.0.1/x")]
    [InlineData(Url, "http://[fe80::1]/x")]
    [InlineData(Url, "http://[2001:db8::1/x")]
    [InlineData(Url, "http://dc01.corp.local:8080/x")]
    [InlineData(Url, "http://evil.example:99999/")]
    [InlineData(Url, "http://evil.example:80a/")]
    [InlineData(Url, "http://evil.example/a b")]
    [InlineData(Url, "http://evil.example/\u0007")]
    [InlineData(Md5, "9e107d9d372bb6826bd81d3542a419d")]
    [InlineData(Md5, "9e107d9d372bb6826bd81d3542a419dg")]
    [InlineData(Md5, "d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData(Sha1, "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709")]
    [InlineData(Sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(Sha256, "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(Email, "a@evil.example")]
    [InlineData(Other, "evil")]
    internal void What_means_nothing_to_others_is_refused(IndicatorType type, string text) => Assert.Null(Pattern(type, text));

    [Fact]
    public void Values_of_absurd_length_are_refused()
    {
        var longest = "http://evil.example/" + new string('a', CanonicalValue.MaxLength - 20);
        Assert.Equal($"[url:value = '{longest}']", Pattern(Url, longest));
        Assert.Null(Pattern(Url, longest + "a"));
        Assert.Null(Pattern(Domain, string.Join('.', Enumerable.Repeat("abcdefg", 33)) + ".example"));
        Assert.Null(Pattern(Domain, new string('a', 64) + ".example"));
    }

    private static string? Pattern(IndicatorType type, string text)
    {
        var value = new byte[CanonicalValue.MaxLength];
        if (CanonicalValue.Write(type, Encoding.UTF8.GetBytes(text), value, out var length) is not { } kind)
        {
            return null;
        }

        var pattern = new byte[(length * 2) + 64];
        return Encoding.UTF8.GetString(pattern, 0, kind.WritePattern(value.AsSpan(0, length), pattern));
    }
}
