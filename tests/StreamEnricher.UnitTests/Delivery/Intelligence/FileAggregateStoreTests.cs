using System.Text;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Delivery.Intelligence;

namespace StreamEnricher.UnitTests.Delivery.Intelligence;

/// <summary>What a file keeps of the state.</summary>
public sealed class FileAggregateStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => System.IO.Path.Combine(_folder.Path, "state", "intel.state");

    [Fact]
    public async Task The_last_value_of_a_key_is_there_after_a_restart_and_removed_ones_are_not()
    {
        await WriteAsync([Record("a", "1"), Record("b", "2")], [Record("a", "3"), Record("b", null)]);
        Assert.Equal(["a=3"], await ReadAsync());
    }

    [Fact]
    public async Task A_write_that_was_cut_off_is_as_if_it_had_not_begun()
    {
        await WriteAsync([Record("a", "1")], [Record("a", "2"), Record("b", "2")]);
        using (var file = new FileStream(Path, FileMode.Open))
        {
            file.SetLength(file.Length - 1);
        }

        Assert.Equal(["a=1"], await ReadAsync());
        Assert.Equal(["a=1"], await ReadAsync());
    }

    [Fact]
    public async Task Damage_in_the_middle_is_said()
    {
        await WriteAsync([Record("a", "1")], [Record("b", "2")]);
        var bytes = await File.ReadAllBytesAsync(Path, TestContext.Current.CancellationToken);
        bytes[40] ^= 1;
        await File.WriteAllBytesAsync(Path, bytes, TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<InvalidDataException>(ReadAsync);
        Assert.Contains("damaged at byte 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_process_cannot_have_it()
    {
        await using var store = new FileAggregateStore(Path);
        Assert.Throws<IOException>(() => new FileAggregateStore(Path));
    }

    [Fact]
    public async Task Nothing_is_written_for_partitions_that_are_gone()
    {
        await using var store = new FileAggregateStore(Path);
        var lease = new PartitionLease("test", "events", 0, [0]);
        lease.Revoke();
        Assert.False(await store.TryWriteAsync([Record("a", "1")], [lease], TestContext.Current.CancellationToken));
        Assert.Empty(await store.LoadAsync(TestContext.Current.CancellationToken));
    }

    public void Dispose() => _folder.Dispose();

    private static AggregateRecord Record(string key, string? value) => new(Encoding.UTF8.GetBytes(key), value is null ? null : Encoding.UTF8.GetBytes(value));

    private async Task WriteAsync(params IReadOnlyList<AggregateRecord>[] writes)
    {
        await using var store = new FileAggregateStore(Path);
        await store.LoadAsync(TestContext.Current.CancellationToken);
        foreach (var write in writes)
        {
            Assert.True(await store.TryWriteAsync(write, [], TestContext.Current.CancellationToken));
        }
    }

    private async Task<List<string>> ReadAsync()
    {
        await using var store = new FileAggregateStore(Path);
        return [.. (await store.LoadAsync(TestContext.Current.CancellationToken)).Select(static one => $"{Encoding.UTF8.GetString(one.Key)}={Encoding.UTF8.GetString(one.Value!)}").Order(StringComparer.Ordinal)];
    }
}
