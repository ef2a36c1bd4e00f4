using System.Text;
using StreamEnricher.Delivery.Splunk;

namespace StreamEnricher.UnitTests.Delivery.Splunk;

public sealed class AckReplyTests
{
    [Fact]
    public void True_is_indexed_and_all_else_is_not()
    {
        var indexed = new List<long> { 99 };
        Assert.True(AckReply.TryRead("""{"acks":{"0":true,"7":false,"8":null,"10000000000":true}}"""u8, indexed));
        Assert.Equal([0, 10_000_000_000], indexed);
        Assert.True(AckReply.TryRead("""{"acks":{}}"""u8, indexed));
        Assert.Empty(indexed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>502</html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"text":"ACK is disabled","code":14}""")]
    [InlineData("""{"acks":[7]}""")]
    [InlineData("""{"acks":{"0":true""")]
    [InlineData("""{"acks":{"0":true}""")]
    [InlineData("""{"acks":{"zero":true}}""")]
    [InlineData("""{"acks":{"-1":true}}""")]
    [InlineData("""{"acks":{"99999999999999999999":true}}""")]
    public void A_reply_of_another_form_acknowledges_nothing(string body)
    {
        var indexed = new List<long>();
        Assert.False(AckReply.TryRead(Encoding.UTF8.GetBytes(body), indexed));
        Assert.Empty(indexed);
    }
}
