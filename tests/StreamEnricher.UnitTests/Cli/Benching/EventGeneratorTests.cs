using System.Text;
using System.Text.Json;
using StreamEnricher.Cli.Benching.Load;

namespace StreamEnricher.UnitTests.Cli.Benching;

public sealed class EventGeneratorTests
{
    [Fact]
    public void Every_kind_gives_as_many_different_events_as_asked_for_each_valid_json()
    {
        foreach (var kind in EventGenerator.Kinds)
        {
            var events = EventGenerator.Create(kind, 500, 0).Select(Encoding.UTF8.GetString).ToList();

            Assert.Equal(500, events.Count);
            Assert.All(events, static one => JsonDocument.Parse(one).Dispose());
            Assert.True(events.Distinct(StringComparer.Ordinal).Count() > 400, kind);
        }
    }

    [Fact]
    public void The_same_events_come_on_every_run() =>
        Assert.Equal(EventGenerator.Create("detection", 200, 600), EventGenerator.Create("detection", 200, 600));

    [Fact]
    public void An_address_is_the_same_one_everywhere_in_its_event_and_another_one_in_the_next_round()
    {
        var events = EventGenerator.Create("detection", 120, 0).Select(static one => JsonDocument.Parse(one).RootElement).ToList();
        var later = events[60];

        Assert.Equal(later.GetProperty("source").GetString(), later.GetProperty("related_indicators")[0].GetProperty("value").GetString());
        Assert.NotEqual(events[0].GetProperty("source").GetString(), later.GetProperty("source").GetString());
        Assert.True(System.Net.IPAddress.TryParse(later.GetProperty("source").GetString(), out _));
    }

    [Fact]
    public void Padding_brings_events_to_their_size_and_leaves_longer_ones_alone()
    {
        var padded = EventGenerator.Create("detection", 60, 4096);

        Assert.All(padded, static one => Assert.Equal(4096, one.Length));
        Assert.All(padded, static one => Assert.True(JsonDocument.Parse(one).RootElement.TryGetProperty("payload", out _)));
        Assert.Equal(EventGenerator.Create("windows", 80, 0), EventGenerator.Create("windows", 80, 100));
    }
}
