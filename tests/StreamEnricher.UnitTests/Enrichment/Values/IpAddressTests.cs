using System.Net;
using System.Net.Sockets;
using System.Text;
using CsCheck;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.UnitTests.Enrichment.Values;

public sealed class IpAddressTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.1")]
    [InlineData("255.255.255.255")]
    [InlineData("10.20.30.40")]
    public void Dotted_quads_are_IPv4(string text)
    {
        Assert.True(IpAddress.IsIPv4(Utf8(text)));
        Assert.False(IpAddress.IsIPv6(Utf8(text)));
        Assert.True(IpAddress.IsValid(Utf8(text)));
    }

    [Theory]
    [InlineData("::", "::")]
    [InlineData("::1", "::1")]
    [InlineData("1::", "1::")]
    [InlineData("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a")]
    [InlineData("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:0:0:1:0:0:0:1", "2001:0:0:1::1")]
    [InlineData("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1")]
    [InlineData("0001:0002:0003:0004:0005:0006:0007:0008", "1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0")]
    [InlineData("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8")]
    [InlineData("::ffff:192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("::FFFF:c000:0201", "::ffff:192.0.2.1")]
    [InlineData("::192.0.2.1", "::c000:201")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    [InlineData("1:2:3:4:5:6:192.0.2.33", "1:2:3:4:5:6:c000:221")]
    [InlineData("0:0:0:0:0:ffff:255.255.255.255", "::ffff:255.255.255.255")]
    [InlineData("fe80::1", "fe80::1")]
    public void All_spellings_of_an_IPv6_address_have_one_canonical_spelling(string text, string canonical)
    {
        Assert.True(IpAddress.IsIPv6(Utf8(text)));
        Assert.False(IpAddress.IsIPv4(Utf8(text)));
        Assert.Equal(canonical, Canonical(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("10.1")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.")]
    [InlineData(".1.2.3")]
    [InlineData("1..2.3")]
    [InlineData("1.2.3.4.")]
    [InlineData("1.2.3.4.5")]
    [InlineData("010.0.0.1")]
    [InlineData("00.0.0.0")]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.1000")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("0x7f.1")]
    [InlineData(" 1.2.3.4")]
    [InlineData("1.2.3.4 ")]
    [InlineData("1.2.3.-4")]
    [InlineData("1.2.3.4/24")]
    [InlineData("1.2.3.a")]
    [InlineData("[::1]")]
    [InlineData("fe80::1%eth0")]
    [InlineData(":")]
    [InlineData(":1")]
    [InlineData("1:")]
    [InlineData(":::")]
    [InlineData("1:::2")]
    [InlineData("1::2::3")]
    [InlineData("::1::")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7:8::")]
    [InlineData("::1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4::5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7:")]
    [InlineData("12345::")]
    [InlineData("g::")]
    [InlineData("::1.2.3")]
    [InlineData("::01.2.3.4")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("1:2:3:4:5:6::1.2.3.4")]
    [InlineData("1.2.3.4::")]
    [InlineData("::ffff:192.0.2.1%1")]
    [InlineData("2001:db8::1/64")]
    [InlineData("example.org")]
    [InlineData("0000:0000:0000:0000:0000:0000:255.255.255.2555")]
    public void Everything_else_is_no_address(string text)
    {
        Assert.False(IpAddress.IsValid(Utf8(text)));
        Assert.False(IpAddress.IsGlobal(Utf8(text)));
        Assert.Equal(0, IpAddress.WriteCanonicalIPv6(Utf8(text), new byte[IpAddress.MaxLength]));
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("192.0.2.1", true)]
    [InlineData("198.51.100.1", true)]
    [InlineData("203.0.113.1", true)]
    [InlineData("192.0.1.1", true)]
    [InlineData("192.0.0.1", false)]
    [InlineData("0.1.2.3", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("100.63.255.255", true)]
    [InlineData("100.64.0.0", false)]
    [InlineData("100.127.255.255", false)]
    [InlineData("100.128.0.0", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("169.254.1.1", false)]
    [InlineData("169.253.1.1", true)]
    [InlineData("172.15.0.1", true)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("172.32.0.0", true)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.17.0.1", true)]
    [InlineData("198.18.0.1", false)]
    [InlineData("198.19.255.255", false)]
    [InlineData("223.255.255.255", true)]
    [InlineData("224.0.0.1", false)]
    [InlineData("240.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("3fff::1", true)]
    [InlineData("2001:4860:4860::8888", true)]
    [InlineData("2001::1", false)]
    [InlineData("2001:1ff::1", false)]
    [InlineData("2001:200::1", true)]
    [InlineData("2002:c000:204::", false)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("100::1", false)]
    [InlineData("4000::1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("64:ff9b::8.8.8.8", true)]
    [InlineData("64:ff9b::10.0.0.1", false)]
    [InlineData("64:ff9b:1::8.8.8.8", false)]
    public void Global_is_what_the_internet_routes_and_what_documentation_uses(string text, bool isGlobal) => Assert.Equal(isGlobal, IpAddress.IsGlobal(Utf8(text)));

    [Fact]
    public void Any_address_is_read_as_IPAddress_reads_it() =>
        Gen.UShort.Array[8].Sample(groups =>
        {
            // Every other group is zero, so that runs of zeros occur at all places.
            var bytes = groups.SelectMany(group => (byte[])[(byte)(group >> 8), (byte)group]).Select((value, i) => (groups[i / 2] & 1) == 0 ? (byte)0 : value).ToArray();
            var v6 = new IPAddress(bytes);
            var v4 = new IPAddress(bytes.AsSpan(0, 4));
            Assert.True(IpAddress.IsIPv4(Utf8(v4.ToString())));
            Assert.True(IpAddress.IsIPv6(Utf8(v6.ToString())));
            Assert.Equal(v6, IPAddress.Parse(Canonical(v6.ToString())));
            Assert.Equal(Canonical(v6.ToString()), Canonical(Canonical(v6.ToString())));
        });

    [Fact]
    public void Changed_addresses_are_valid_only_if_IPAddress_takes_them_too() =>
        Gen.Select(Gen.OneOf("192.0.2.1", "2001:db8::8:800:200c:417a", "::ffff:192.0.2.1", "1:2:3:4:5:6:7:8"), Gen.Int[0, 24], Gen.Char["0123456789abcdef.:"]).Sample((text, at, value) =>
        {
            var changed = text.Remove(at % text.Length, 1).Insert(at % text.Length, value.ToString());
            if (IpAddress.IsValid(Utf8(changed)))
            {
                var family = IPAddress.Parse(changed).AddressFamily;
                Assert.Equal(IpAddress.IsIPv4(Utf8(changed)), family == AddressFamily.InterNetwork);
            }
        });

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string Canonical(string text)
    {
        var canonical = new byte[IpAddress.MaxLength];
        return Encoding.ASCII.GetString(canonical, 0, IpAddress.WriteCanonicalIPv6(Utf8(text), canonical));
    }
}
