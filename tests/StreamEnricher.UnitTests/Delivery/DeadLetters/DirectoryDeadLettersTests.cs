using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Delivery.DeadLetters;
using StreamEnricher.Testing.Delivery;

namespace StreamEnricher.UnitTests.Delivery.DeadLetters;

public sealed class DirectoryDeadLettersTests : IDisposable
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
    public async Task What_the_store_writes_is_read_back_whole()
    {
        await WriteAsync("mapping_rejected");
        var letter = Assert.Single(await ReadAsync());
        Assert.Equal(("mapping_rejected", "why", "siem", "ids", 3, 41L, 2), (letter.Reason, letter.Detail, letter.Sink, letter.Topic, letter.Partition, letter.Offset, letter.Attempts));
        Assert.Equal(1_700_000_000_000, letter.Timestamp);
        Assert.Equal("0000000000000000000000000000002a", letter.EventId);
        Assert.Equal("key"u8.ToArray(), letter.Key);
        Assert.Equal([0xFF, 0x00], letter.Value);
        Assert.Equal([("trace", "x"), ("none", null)], letter.Headers.Select(static header => (header.Key, header.Value is null ? null : System.Text.Encoding.UTF8.GetString(header.Value))));
    }

    [Fact]
    public async Task What_is_being_written_is_read_too_but_for_a_torn_line()
    {
        await WriteAsync("one", "two");
        var file = Path.Combine(_folder.Path, Assert.Single(_folder.Names()));
        var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(file + ".part", lines[0] + "\n" + lines[1][..^20], TestContext.Current.CancellationToken);
        File.Delete(file);
        Assert.Equal(["one"], (await ReadAsync()).Select(static letter => letter.Reason));
    }

    [Fact]
    public async Task A_line_among_others_that_is_no_dead_letter_is_named()
    {
        await WriteAsync("one", "two");
        var file = Path.Combine(_folder.Path, Assert.Single(_folder.Names()));
        var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(file, [lines[0], "{}", lines[1]], TestContext.Current.CancellationToken);
        var problem = await Assert.ThrowsAsync<InvalidDataException>(ReadAsync);
        Assert.StartsWith($"{Path.GetFileName(file)}:2 is no dead letter", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purge_takes_the_chosen_ones_and_removes_a_file_with_nothing_left()
    {
        await WriteAsync("one", "two", "one");
        await WriteAsync("one");
        Assert.Equal((3, 0), await PurgeAsync(static letter => letter.Reason == "one"));
        Assert.Equal("two", Assert.Single(await ReadAsync()).Reason);
        Assert.Single(_folder.Names());
        Assert.Equal((0, 0), await PurgeAsync(static _ => false));
        Assert.Equal((1, 0), await PurgeAsync(static _ => true));
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public async Task A_purge_leaves_the_file_that_is_being_written()
    {
        await using var store = Store();
        await WriteAsync(store, "one", "two");
        Assert.Equal((0, 1), await PurgeAsync(static letter => letter.Reason == "one"));
        Assert.Equal(2, (await ReadAsync()).Count);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_holds_none() =>
        Assert.Empty(await new DirectoryDeadLetters(Path.Combine(_folder.Path, "none")).ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));

    private Task<(long Purged, long InUse)> PurgeAsync(Func<StoredDeadLetter, bool> isChosen) =>
        new DirectoryDeadLetters(_folder.Path).PurgeAsync(letter => ValueTask.FromResult(isChosen(letter)), TestContext.Current.CancellationToken);

    private async Task<List<StoredDeadLetter>> ReadAsync() =>
        await new DirectoryDeadLetters(_folder.Path).ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

    private DirectoryDeadLetterStore Store() => new(_folder.Path, _counters.Metrics, _clock, NullLogger<DirectoryDeadLetterStore>.Instance);

    private async Task WriteAsync(params string[] reasons)
    {
        await using var store = Store();
        await WriteAsync(store, reasons);
    }

    private static async Task WriteAsync(DirectoryDeadLetterStore store, params string[] reasons)
    {
        var headers = new byte[256];
        var length = RecordHeaders.Write(headers, "trace", "x"u8, isNull: false);
        length += RecordHeaders.Write(headers.AsSpan(length), "none", default, isNull: true);
        var batch = new EventBatch(1024, 1, MemoryLease.Unlimited);
        Assert.True(batch.TryAppend(new PartitionLease("ids", "ids", 3, [0]), 41, 1_700_000_000_000, [0xFF, 0x00], false, "key"u8, false, headers.AsSpan(0, length)));
        batch.Records[0].EventId = 42;
        await store.WriteAsync("siem", batch, [.. reasons.Select(static reason => new RejectedRecord(0, reason, "why", 2))], CancellationToken.None);
        batch.Release();
    }
}
