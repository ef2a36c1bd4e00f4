using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.UnitTests.Enrichment.Values;

public sealed class JsonNumberTests
{
    public static TheoryData<string> NoNumbers { get; } = new("", "-", "+1", "01", "-01", "00", "1.", ".5", "1e", "1e+", "1.e5", "0x1", "1 ", " 1", "1,5", "NaN", "Infinity", "1_0", "--1", "1-", "1e5x", "1.5.5");

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 10_000)]
    [InlineData("0.5", 5000)]
    [InlineData("0.58", 5800)]
    [InlineData("0.0009", 9)]
    public void A_short_fraction_is_read_as_a_whole_number_of_its_last_decimal(string text, int expected)
    {
        Assert.True(JsonNumber.TryParseShortFraction(Encoding.UTF8.GetBytes(text), 4, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2")]
    [InlineData("0.")]
    [InlineData("1.0")]
    [InlineData("0.12345")]
    [InlineData("0,5")]
    [InlineData("0.5e")]
    [InlineData("-0.5")]
    public void Any_other_spelling_is_no_short_fraction(string text) =>
        Assert.False(JsonNumber.TryParseShortFraction(Encoding.UTF8.GetBytes(text), 4, out _));

    [Theory]
    [InlineData("0", true)]
    [InlineData("1234567890123456", true)]
    [InlineData("12345678901234567", false)]
    [InlineData("-1", false)]
    [InlineData("1.5", false)]
    [InlineData("1e5", false)]
    [InlineData("123456789012345e", false)]
    public void Digits_alone_are_up_to_sixteen(string text, bool expected) =>
        Assert.Equal(expected, JsonNumber.IsDigits(Encoding.UTF8.GetBytes(text + ",                ").AsSpan(0, text.Length)));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("80", 80)]
    [InlineData("-17", -17)]
    [InlineData("80.0", 80)]
    [InlineData("80.000", 80)]
    [InlineData("1e3", 1000)]
    [InlineData("1E+3", 1000)]
    [InlineData("1.5e1", 15)]
    [InlineData("1500e-2", 15)]
    [InlineData("0e999999999999", 0)]
    [InlineData("0.000e-5", 0)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("922337203685477580.7e1", long.MaxValue)]
    public void Integers_are_read_exactly_however_they_are_written(string text, long expected)
    {
        Assert.True(JsonNumber.TryParseInt64(Encoding.UTF8.GetBytes(text), out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("0.5")]
    [InlineData("80.01")]
    [InlineData("1e-1")]
    [InlineData("1.55e1")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("18446744073709551616")]
    [InlineData("1e19")]
    [InlineData("1e999999999999")]
    [MemberData(nameof(NoNumbers))]
    public void What_is_no_64_bit_integer_is_refused(string text)
    {
        Assert.False(JsonNumber.TryParseInt64(Encoding.UTF8.GetBytes(text), out var value));
        Assert.Equal(0, value);
    }

    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData("-0.25e2", -25)]
    [InlineData("1e3", 1000)]
    [InlineData("7", 7)]
    public void Doubles_are_read(string text, double expected)
    {
        Assert.True(JsonNumber.TryParseDouble(Encoding.UTF8.GetBytes(text), out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("-1e999")]
    [MemberData(nameof(NoNumbers))]
    public void What_is_no_finite_number_is_refused(string text) => Assert.False(JsonNumber.TryParseDouble(Encoding.UTF8.GetBytes(text), out _));

    [Theory]
    [InlineData("12", true)]
    [InlineData("-12", true)]
    [InlineData("12.0", false)]
    [InlineData("1e2", false)]
    [InlineData("1E2", false)]
    public void IsInteger_looks_at_how_it_is_written(string text, bool expected) => Assert.Equal(expected, JsonNumber.IsInteger(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Numbers_are_read_as_the_framework_reads_them()
    {
        Gen.Long.Sample(value => JsonNumber.TryParseInt64(Encoding.UTF8.GetBytes(value.ToString(CultureInfo.InvariantCulture)), out var read) && read == value);
        Gen.Double.Where(double.IsFinite).Sample(value => JsonNumber.TryParseDouble(JsonSerializer.SerializeToUtf8Bytes(value), out var read) && read.Equals(value));
    }
}
