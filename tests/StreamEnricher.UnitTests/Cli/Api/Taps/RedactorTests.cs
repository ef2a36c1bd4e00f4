using System.Text;
using System.Text.Json;
using StreamEnricher.Cli.Api.Taps;

namespace StreamEnricher.UnitTests.Cli.Api.Taps;

public sealed class RedactorTests
{
    [Theory]
    [InlineData("""{"user":"alice","password":"hunter2"}""", """{"user":"alice","password":"***"}""")]
    [InlineData("""{"client_secret":"x","apiKey":"y","event.token":1,"Authorization":["a","b"]}""", """{"client_secret":"***","apiKey":"***","event.token":"***","Authorization":["***","***"]}""")]
    [InlineData("""{"credentials":{"user":"a","n":[1,{"b":true}]},"after":1.50}""", """{"credentials":{"user":"***","n":["***",{"b":"***"}]},"after":1.50}""")]
    [InlineData("""{"secret":null,"a":null,"big":123456789012345678901234567890}""", """{"secret":null,"a":null,"big":123456789012345678901234567890}""")]
    [InlineData("""{"threshold":5,"secretary":"Bob","tokens_used":7}""", """{"threshold":5,"secretary":"Bob","tokens_used":7}""")]
    [InlineData("""{"cmd":"mysql --password=hunter2 -h db"}""", """{"cmd":"mysql --password=*** -h db"}""")]
    [InlineData("""{"url":"https://bob:hunter2@host/x"}""", """{"url":"https://***@host/x"}""")]
    [InlineData("""{"header":"Bearer abcdefghijklmnop"}""", """{"header":"Bearer ***"}""")]
    [InlineData("""{"a":"key AKIAIOSFODNN7EXAMPLE here"}""", """{"a":"key *** here"}""")]
    [InlineData("not JSON, password: hunter2", "\"not JSON, password: ***\"")]
    [InlineData("", "\"\"")]
    public void Secrets_go_by_their_names_and_by_what_they_look_like(string value, string redacted)
    {
        Assert.Equal(redacted, Redact(value));
    }

    [Fact]
    public void Deep_or_broken_values_end_as_text()
    {
        Assert.Equal(JsonValueKind.String, JsonDocument.Parse(Redact(new string('[', 5000))).RootElement.ValueKind);
        Assert.Equal(JsonValueKind.String, JsonDocument.Parse(Redact("{\"a\":1}{\"b\":2}")).RootElement.ValueKind);
        Assert.Equal(JsonValueKind.String, JsonDocument.Parse(Redact("{\"a\":")).RootElement.ValueKind);
    }

    private static string Redact(string value)
    {
        using var output = new MemoryStream();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Redactor.Write(Encoding.UTF8.GetBytes(value), writer);
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
