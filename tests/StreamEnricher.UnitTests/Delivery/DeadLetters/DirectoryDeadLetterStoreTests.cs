using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Delivery.DeadLetters;
using StreamEnricher.Testing.Delivery;

namespace StreamEnricher.UnitTests.Delivery.DeadLetters;

public sealed class DirectoryDeadLetterStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SinkCounters _counters = new();
    private readonly SkippingClock _clock = new();

    public void Dispose()
    {
        _folder.Dispose();
        _counters.Dispose();
    }

    [Fact]
    public async Task A_letter_has_the_names_of_the_contract_and_the_original_bytes()
    {
        var source = Source();
        await using (var store = Store(_folder.Path))
        {
            await store.WriteAsync("siem", source, [new RejectedRecord(0, DeadLetterReason.MappingRejected, "failed to parse \"x\"", 2)], CancellationToken.None);
        }

        source.Release();
        using var letter = JsonDocument.Parse(Assert.Single(Lines()));
        var root = letter.RootElement;
        Assert.Equal("0123456789abcdef0123456789abcdef", root.GetProperty("event_id").GetString());
        Assert.Equal("mapping_rejected", root.GetProperty("dead_letter.reason").GetString());
        Assert.Equal("failed to parse \"x\"", root.GetProperty("dead_letter.detail").GetString());
        Assert.Equal("siem", root.GetProperty("dead_letter.sink").GetString());
        Assert.Equal("suricata", root.GetProperty("dead_letter.topic").GetString());
        Assert.Equal(3, root.GetProperty("dead_letter.partition").GetInt32());
        Assert.Equal(41, root.GetProperty("dead_letter.offset").GetInt64());
        Assert.Equal(2, root.GetProperty("dead_letter.attempts").GetInt32());
        Assert.Equal("2026-01-02T03:04:05.000Z", root.GetProperty("dead_letter.time").GetString());
        Assert.Equal([0xFF, 0x00, 0x7B], root.GetProperty("value_base64").GetBytesFromBase64());
        Assert.Equal("key"u8, root.GetProperty("key_base64").GetBytesFromBase64());
        Assert.Equal(
            ["trace=eA==", "empty=", "none=null"],
            root.GetProperty("headers").EnumerateArray().Select(static header =>
                $"{header.GetProperty("name")}={(header.TryGetProperty("value_base64", out var value) ? value.GetString() : "null")}"));
    }

    [Fact]
    public async Task What_a_record_does_not_have_is_left_out()
    {
        var source = Source();
        await using (var store = Store(_folder.Path))
        {
            await store.WriteAsync("*", source, [new RejectedRecord(1, DeadLetterReason.EmptyValue, "the value is empty")], CancellationToken.None);
        }

        source.Release();
        using var letter = JsonDocument.Parse(Assert.Single(Lines()));
        Assert.Equal("", letter.RootElement.GetProperty("value_base64").GetString());
        Assert.False(letter.RootElement.TryGetProperty("key_base64", out _));
        Assert.False(letter.RootElement.TryGetProperty("headers", out _));
    }

    [Fact]
    public async Task Letters_are_lines_in_their_order()
    {
        var source = Source();
        await using (var store = Store(_folder.Path))
        {
            await store.WriteAsync("a", source, [new RejectedRecord(0, "one", "with\na line end"), new RejectedRecord(1, "two", "")], CancellationToken.None);
            await store.WriteAsync("b", source, [new RejectedRecord(1, "three", "")], CancellationToken.None);
        }

        source.Release();
        Assert.Equal(["one", "two", "three"], Lines().Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("dead_letter.reason").GetString()));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_tried_until_it_can()
    {
        var directory = Path.Combine(_folder.Path, "letters");
        await File.WriteAllTextAsync(directory, "a file in the way");
        _clock.Waiting = wait =>
        {
            if (wait == 2)
            {
                File.Delete(directory);
            }
        };
        var source = Source();
        await using (var store = Store(directory))
        {
            await store.WriteAsync("siem", source, [new RejectedRecord(0, "one", "")], CancellationToken.None);
        }

        source.Release();
        Assert.Equal(2, _clock.Waits.Count);
        Assert.Single(File.ReadAllLines(Assert.Single(Directory.GetFiles(directory))));
    }

    [Fact]
    public async Task The_end_of_the_engine_ends_the_tries()
    {
        var directory = Path.Combine(_folder.Path, "letters");
        await File.WriteAllTextAsync(directory, "a file in the way");
        using var stop = new CancellationTokenSource();
        _clock.Waiting = _ => stop.Cancel();
        var source = Source();
        await using var store = Store(directory);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => store.WriteAsync("siem", source, [new RejectedRecord(0, "one", "")], stop.Token).AsTask());
        source.Release();
    }

    private static EventBatch Source()
    {
        var lease = new PartitionLease("ids", "suricata", 3, [0]);
        var headers = new byte[256];
        var length = RecordHeaders.Write(headers, "trace", "x"u8, isNull: false);
        length += RecordHeaders.Write(headers.AsSpan(length), "empty", default, isNull: false);
        length += RecordHeaders.Write(headers.AsSpan(length), "none", default, isNull: true);
        var batch = new EventBatch(1024, 2, MemoryLease.Unlimited);
        Assert.True(batch.TryAppend(lease, 41, 0, [0xFF, 0x00, 0x7B], false, "key"u8, false, headers.AsSpan(0, length)));
        Assert.True(batch.TryAppend(lease, 42, 0, default, false, default, true, default));
        batch.Records[0].EventId = UInt128.Parse("0123456789abcdef0123456789abcdef", System.Globalization.NumberStyles.HexNumber, null);
        return batch;
    }

    private string[] Lines() => [.. _folder.Names().SelectMany(name => File.ReadAllLines(Path.Combine(_folder.Path, name), Encoding.UTF8))];

    private DirectoryDeadLetterStore Store(string directory) => new(directory, _counters.Metrics, _clock, NullLogger<DirectoryDeadLetterStore>.Instance);
}
