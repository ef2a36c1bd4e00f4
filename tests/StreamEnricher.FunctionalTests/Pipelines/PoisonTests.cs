using System.Text;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.FunctionalTests.Pipelines;

/// <summary>Records that are no events: each becomes a dead letter with a true reason, or is skipped and counted; nothing stalls, and no neighbour suffers.</summary>
public sealed class PoisonTests
{
    public static TheoryData<string, byte[], string> Poison => new()
    {
        { "empty", [], DeadLetterReason.EmptyValue },
        { "not UTF-8", [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8], DeadLetterReason.InvalidUtf8 },
        { "UTF-16", Encoding.Unicode.GetBytes("{\"a\":1}"), DeadLetterReason.MalformedJson },
        { "Latin-1", [.. "{\"a\":\"caf"u8, 0xE9, .. "\"}"u8], DeadLetterReason.InvalidUtf8 },
        { "cut", [.. "{\"cut\":"u8], DeadLetterReason.MalformedJson },
        { "a NUL byte", [.. "{\"a\":"u8, 0, .. "1}"u8], DeadLetterReason.MalformedJson },
        { "NUL bytes alone", new byte[100], DeadLetterReason.MalformedJson },
        { "a number", [.. "42"u8], DeadLetterReason.NotAnObject },
        { "an array", [.. "[{\"a\":1}]"u8], DeadLetterReason.NotAnObject },
        { "two objects", [.. "{\"a\":1}{\"b\":2}"u8], DeadLetterReason.MalformedJson },
        { "10,000 levels", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000)), DeadLetterReason.TooDeep },
        { "Avro", [0, 0, 0, 0, 7, 2, 0x0C, 0x66, 0x6F, 0x6F], DeadLetterReason.MalformedJson },
    };

    [Fact]
    [Trait("Complaint", "open-telemetry/opentelemetry-collector-contrib#18075")]
    [Trait("Complaint", "redpanda-data/connect#415")]
    public async Task Every_poison_becomes_a_dead_letter_with_its_reason_and_no_neighbour_suffers()
    {
        await using var bench = await PipelineBench.StartAsync();
        var poison = Poison.Select(static row => row.Data).ToList();
        bench.Feed([.. poison.SelectMany((one, i) => new byte[]?[] { one.Item2, Encoding.UTF8.GetBytes(PipelineBench.Event(i)) })]);

        await bench.RunAsync();

        var letters = bench.Lines("dead-letters").ToDictionary(static letter => (string)letter["value_base64"]!, StringComparer.Ordinal);
        Assert.All(poison, one => Assert.Equal((one.Item1, one.Item3), (one.Item1, (string?)letters[Convert.ToBase64String(one.Item2)]["dead_letter.reason"])));
        Assert.Equal(poison.Count, letters.Count);
        Assert.All(letters.Values, static letter => Assert.Equal("*", (string?)letter["dead_letter.sink"]));
        Assert.All(letters.Values, static letter => Assert.Matches("^(?!0{32})[0-9a-f]{32}$", (string?)letter["event_id"]));
        Assert.Equal(poison.Count, letters.Values.Select(static letter => (string?)letter["event_id"]).Distinct().Count());
        Assert.Equal((poison.Count, poison.Count, poison.Count), (bench.Server.Bulk.Documents.Count, bench.Events.Count, bench.Lines("archive").Count));
    }

    [Fact]
    public async Task Odd_but_valid_events_are_delivered()
    {
        string[] odd =
        [
            "{}", "{\"a\":1,\"a\":2}", "{\"a\":\"nul \\u0000 escaped\"}", "{\"\":\"no name\"}", " \n{\"white\":\"space\"}\r\n", "{\"big\":123456789012345678901234567890}",
            "\uFEFF{\"byte\":\"order mark\"}",
        ];
        await using var bench = await PipelineBench.StartAsync();
        bench.Feed(odd);

        await bench.RunAsync();

        Assert.Equal(odd.Length, bench.Lines("archive").Count + bench.Lines("dead-letters").Count);
        Assert.All(bench.Lines("dead-letters"), static letter => Assert.Equal(DeadLetterReason.MalformedJson, (string?)letter["dead_letter.reason"]));
        Assert.InRange(bench.Lines("dead-letters").Count, 0, 1);
    }

    [Fact]
    public async Task Tombstones_are_skipped_and_the_run_reaches_the_end()
    {
        await using var bench = await PipelineBench.StartAsync();
        bench.Feed([null, Encoding.UTF8.GetBytes(PipelineBench.Event(1)), null]);
        await bench.RunAsync();
        Assert.Single(bench.Lines("archive"));
        Assert.Empty(bench.Lines("dead-letters"));
    }

    [Fact]
    public async Task An_event_larger_than_a_request_may_be_is_a_dead_letter_of_that_sink_alone()
    {
        await using var bench = await PipelineBench.StartAsync();
        bench.SplunkKeys = ", batch: { bytes: 64KiB }";
        bench.Feed(PipelineBench.Event(1), $$"""{"description":"{{new string('x', 100_000)}}"}""", PipelineBench.Event(2));

        await bench.RunAsync();

        var letter = Assert.Single(bench.Lines("dead-letters"));
        Assert.Equal(("splunk", DeadLetterReason.TooLarge, 0), ((string?)letter["dead_letter.sink"], (string?)letter["dead_letter.reason"], (int?)letter["dead_letter.attempts"]));
        Assert.Contains("batch.bytes allows a request 65536: raise it", (string?)letter["dead_letter.detail"], StringComparison.Ordinal);
        Assert.Equal((3, 2, 3), (bench.Server.Bulk.Documents.Count, bench.Events.Count, bench.Lines("archive").Count));
    }
}
