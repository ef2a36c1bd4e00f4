using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.UnitTests.Enrichment.Scanning;

public sealed class JsonScannerTests
{
    private readonly ScanState _state = new();

    [Fact]
    public void Slots_hold_tokens_as_written_with_their_kind()
    {
        const string text = """{"s":"x","e":"a\nb","n":-1.5,"t":true,"f":false,"0":null,"o":{"k":[1]},"a":[{}]}""";
        var slots = Scan(text, TestPlans.Of("s", "e", "n", "t", "f", "0", "o", "a", "absent")).Slots;

        Assert.Equal(
            ["\"x\" String", "\"a\\nb\" EscapedString", "-1.5 Number", "true True", "false False", "null Null", "{\"k\":[1]} Object", "[{}] Array"],
            slots.OrderBy(pair => pair.Key).Select(pair => $"{text.Substring(pair.Value.Start, pair.Value.Length)} {pair.Value.Kind}"));
    }

    [Fact]
    public void Unmapped_members_make_runs_that_end_at_a_value_and_never_at_a_comma()
    {
        Assert.Equal("""{"x":1, "y":{"z":2},"w":[3]}""", Scan("""{"x":1, "y":{"z":2}, "a":0, "w":[3] , "b":0}""", TestPlans.Of("a", "b")).Unmapped);
        Assert.Equal(["""Run 0 "x":1, "y":{"z":2}""", """Run 0 "w":[3]"""], Segments("""{"x":1, "y":{"z":2}, "a":0, "w":[3] , "b":0}""", TestPlans.Of("a", "b")));
    }

    [Fact]
    public void Known_objects_open_and_close_also_when_nothing_stays_in_them()
    {
        Assert.Equal(
            ["Run 0 \"x\":1", "Open 1 \"alert\"", "Run 1 \"y\":2", "Close 1 ", "Open 2 \"dns\"", "Close 2 "],
            Segments("""{"x":1,"alert":{"id":7,"y":2},"dns":{"id":8}}""", TestPlans.Of("alert/id", "dns/id")));
        Assert.Equal(["Open 1 \"alert\"", "Close 1 "], Segments("""{"alert":{}}""", TestPlans.Of("alert/id")));
    }

    [Fact]
    public void A_known_object_that_is_none_here_counts_as_unmapped() =>
        Assert.Equal("""{"alert":"text","dns":[1],"tls":null}""", Scan("""{"alert":"text","dns":[1],"tls":null}""", TestPlans.Of("alert/id", "dns/id", "tls/id")).Unmapped);

    [Fact]
    public void The_first_alias_takes_the_slot_and_the_next_counts_as_unmapped()
    {
        var result = Scan("""{"user":"u","account":"a","user":"again"}""", TestPlans.Of("account user"));
        Assert.Equal("user", Assert.Single(result.Slots).Value.Path);
        Assert.Equal("""{"account":"a","user":"again"}""", result.Unmapped);
    }

    [Theory]
    [InlineData("""{"EventID":{"#text":7,"x":1}}""", "7", """{"EventID":{"x":1}}""")]
    [InlineData("""{"EventID":7}""", "7", "{}")]
    public void An_object_whose_member_leads_to_the_same_slot_gives_that_member(string text, string value, string unmapped)
    {
        var result = Scan(text, TestPlans.Of("EventID EventID/#text"));
        Assert.Equal(value, text.Substring(result.Slots[0].Start, result.Slots[0].Length));
        Assert.Equal(unmapped, result.Unmapped);
    }

    [Fact]
    public void An_object_that_is_a_slot_is_looked_into_but_leaves_nothing_unmapped()
    {
        const string text = """{"rule":{"x":1,"id":"5763","mitre":{"id":["T1110"],"y":2}},"z":3}""";
        var result = Scan(text, TestPlans.Of("rule", "rule/id", "rule/mitre/id"));
        Assert.Equal("""{"x":1,"id":"5763","mitre":{"id":["T1110"],"y":2}}""", text.Substring(result.Slots[0].Start, result.Slots[0].Length));
        Assert.Equal("\"5763\"", text.Substring(result.Slots[1].Start, result.Slots[1].Length));
        Assert.Equal("[\"T1110\"]", text.Substring(result.Slots[2].Start, result.Slots[2].Length));
        Assert.Equal("""{"z":3}""", result.Unmapped);
    }

    [Fact]
    public void An_object_that_is_a_slot_already_counts_as_unmapped_whole()
    {
        var result = Scan("""{"rule":{"id":1},"rule":{"id":2}}""", TestPlans.Of("rule", "rule/id"));
        Assert.Equal("""{"rule":{"id":2}}""", result.Unmapped);
        Assert.Equal(14, result.Slots[1].Start);
    }

    [Fact]
    public void Names_with_escapes_are_decoded_before_they_are_looked_up()
    {
        var result = Scan("""{"\u0073rc_ip":"192.0.2.1","al\u0065rt":{"x":1,"\u0069d":2},"z\u007a":3}""", TestPlans.Of("src_ip", "alert/id"));
        Assert.Equal(2, result.Slots.Count);
        Assert.Equal("""{"al\u0065rt":{"x":1},"z\u007a":3}""", result.Unmapped);
        Assert.True(result.HasEscapedName);
        Assert.False(Scan("""{"src_ip":"a\nb","zz":3}""", TestPlans.Of("src_ip")).HasEscapedName);
    }

    [Fact]
    public void Line_breaks_count_between_tokens_only()
    {
        var plan = TestPlans.Of("a", "b/c");
        Assert.True(Scan("{\"a\":\n1}", plan).HasLineBreak);
        Assert.True(Scan("{\"x\":[1,\r2]}", plan).HasLineBreak);
        Assert.True(Scan("{\"b\":{\"c\":1\n}}", plan).HasLineBreak);
        Assert.False(Scan("""{"a": 1, "x": "\n\r"}""", plan).HasLineBreak);
    }

    [Fact]
    public void Dots_count_in_names_that_stay_and_within_what_is_not_looked_into()
    {
        var plan = TestPlans.Of("id.orig_h", "fields/proc.name", "whole");
        Assert.True(Scan("""{"x.y":1}""", plan).HasDottedName);
        Assert.True(Scan("""{"x":[{"y.z":1}]}""", plan).HasDottedName);
        Assert.True(Scan("""{"whole":{"y.z":1}}""", plan).HasDottedName);
        Assert.True(Scan("""{"id.orig_h":1,"id.orig_h":2}""", plan).HasDottedName);
        Assert.False(Scan("""{"id.orig_h":"192.0.2.1","fields":{"proc.name":"a.b"},"x":"y.z"}""", plan).HasDottedName);
    }

    [Fact]
    public void Names_are_told_apart_at_every_length()
    {
        // Lengths around those that the look-up and the expected name treat differently: 8, 16 and 32 bytes with quotes and colon.
        var names = Enumerable.Range(1, 70).Select(length => string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))))).ToArray();
        var plan = TestPlans.Of(names);
        var text = "{" + string.Join(',', names.Select((name, i) => $"\"{name}\":{i},\"{name[..^1]}_\":0,\"_{name[1..]}\":0")) + "}";
        for (var round = 0; round < 3; round++)
        {
            var result = Scan(text, plan);
            Assert.Equal(names.Length, result.Slots.Count);
            Assert.All(result.Slots, pair => Assert.Equal(pair.Key.ToString(System.Globalization.CultureInfo.InvariantCulture), text.Substring(pair.Value.Start, pair.Value.Length)));
        }
    }

    [Fact]
    public void Names_that_share_length_and_ends_are_told_apart()
    {
        var names = Enumerable.Range(0, 20).Select(i => $"same_beginning_{i:00}_same_ending").ToArray();
        var result = Scan("{" + string.Join(',', names.Select((name, i) => $"\"{name}\":{i}")) + ",\"same_beginning_20_same_ending\":99}", TestPlans.Of(names));
        Assert.Equal(names, result.Slots.OrderBy(pair => pair.Key).Select(pair => pair.Value.Path));
        Assert.Equal("""{"same_beginning_20_same_ending":99}""", result.Unmapped);
    }

    [Fact]
    public void A_name_that_is_unknown_at_one_level_is_found_at_another_that_knows_it()
    {
        // 400 unknown names push each other out of the memory of expected names, whatever their level.
        var plan = TestPlans.Of([.. Enumerable.Range(0, 400).Select(i => $"known/n{i}")]);
        var members = string.Join(',', Enumerable.Range(0, 400).Select(i => $"\"n{i}\":{i}"));
        for (var round = 0; round < 3; round++)
        {
            var result = Scan($"{{{members},\"known\":{{{members}}},\"other\":{{{members}}}}}", plan);
            Assert.Equal(400, result.Slots.Count);
        }
    }

    [Fact]
    public void More_unmapped_segments_than_expected_make_room()
    {
        var text = "{" + string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"a\":{{\"k\":{i},\"x\":{i}}}")) + "}";
        Assert.Equal(1500, Segments(text, TestPlans.Of("a/k")).Count);
    }

    [Fact]
    public void Scan_reads_a_record_of_a_batch_and_not_the_next()
    {
        var lease = new PartitionLease("ids", "topic", 0, [0]);
        var batch = new EventBatch(1024, 2, MemoryLease.Unlimited);
        batch.TryAppend(lease, 1, 0, "{\"a\":[1,2"u8, false, "]}"u8, false, default);
        batch.TryAppend(lease, 2, 0, "{\"a\":3}"u8, false, default, true, default);
        var plan = TestPlans.Of("a");

        Assert.Equal(ScanStatus.Malformed, JsonScanner.Scan(batch.Slab, batch.Records[0].ValueStart, batch.Records[0].ValueLength, plan, _state));
        Assert.Equal(ScanStatus.Ok, JsonScanner.Scan(batch.Slab, batch.Records[1].ValueStart, batch.Records[1].ValueLength, plan, _state));
        Assert.Equal("3"u8, _state.Slots[0].Token(batch.Slab));
        batch.Release();
    }

    [Fact]
    public void Scan_wants_a_line_feed_and_padding_behind_the_event()
    {
        var plan = TestPlans.Of("a");
        var buffer = new byte[2 + EventBatch.Padding];
        "{}"u8.CopyTo(buffer);
        Assert.Throws<ArgumentException>(() => JsonScanner.Scan(buffer, 0, 2, plan, _state));
        buffer[2] = (byte)'\n';
        Assert.Equal(ScanStatus.Ok, JsonScanner.Scan(buffer, 0, 2, plan, _state));
        Assert.Throws<ArgumentException>(() => JsonScanner.Scan(buffer[..^1], 0, 2, plan, _state));
        Assert.Throws<ArgumentOutOfRangeException>(() => JsonScanner.Scan(buffer, 1, buffer.Length, plan, _state));
    }

    [Fact]
    public void Scan_allocates_nothing_once_it_has_seen_the_plan()
    {
        var plan = TestPlans.Samples();
        var buffers = TestPlans.Lines.Select(line => (byte[])[.. line, (byte)'\n', .. new byte[EventBatch.Padding]]).ToList();
        ScanAll();
        var before = GC.GetAllocatedBytesForCurrentThread();
        ScanAll();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void ScanAll()
        {
            for (var i = 0; i < buffers.Count; i++)
            {
                JsonScanner.Scan(buffers[i], 0, buffers[i].Length - EventBatch.Padding - 1, plan, _state);
            }
        }
    }

    private ScanResult Scan(string text, ScanPlan plan)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var result = ScanResult.Of(bytes, plan, _state);
        Assert.Equal(ScanStatus.Ok, result.Status);
        ScanResult.AssertSame(ReferenceScan.Of(bytes, plan), result, bytes);
        return result;
    }

    private List<string> Segments(string text, ScanPlan plan)
    {
        byte[] buffer = [.. Encoding.UTF8.GetBytes(text), (byte)'\n', .. new byte[EventBatch.Padding]];
        Assert.Equal(ScanStatus.Ok, JsonScanner.Scan(buffer, 0, buffer.Length - EventBatch.Padding - 1, plan, _state));
        return
        [
            .. _state.Unmapped.Take(_state.UnmappedCount)
                .Select(segment => $"{segment.Kind} {segment.Level} {Encoding.UTF8.GetString(buffer, segment.Start, segment.Length)}"),
        ];
    }
}
