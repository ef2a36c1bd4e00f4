using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Delivery.Files;
using StreamEnricher.Testing.Delivery;

namespace StreamEnricher.UnitTests.Delivery.Files;

public sealed class FileSinkTests : IDisposable
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
    public async Task A_batch_is_in_the_file_when_it_counts_as_delivered()
    {
        await using var sink = Sink(_folder.Path);
        using var batch = SinkBatches.Of("{\"a\":1}\n", "{\"a\":2}\n");

        Assert.Empty(await sink.DeliverAsync(batch, CancellationToken.None));

        Assert.Equal("{\"a\":1}\n{\"a\":2}\n", await ReadAsync(_folder.Path));
        Assert.Equal(2, _counters.Events("delivered"));
    }

    [Fact]
    public async Task An_empty_batch_makes_no_file()
    {
        await using var sink = Sink(_folder.Path);
        using var batch = SinkBatches.Of();
        Assert.Empty(await sink.DeliverAsync(batch, CancellationToken.None));
        Assert.Empty(_folder.Names());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_holds_the_sink_until_it_is_repaired()
    {
        var directory = Path.Combine(_folder.Path, "out");
        await File.WriteAllTextAsync(directory, "a file in the way");
        await using var sink = Sink(directory);
        string? held = null;
        _clock.Waiting = wait =>
        {
            if (wait == 3)
            {
                held = sink.Health.HeldReason;
                File.Delete(directory);
            }
        };
        using var batch = SinkBatches.Of("{}\n");

        Assert.Empty(await sink.DeliverAsync(batch, CancellationToken.None));

        Assert.StartsWith($"cannot write to {directory}", held, StringComparison.Ordinal);
        Assert.False(sink.Health.IsHeld);
        Assert.Equal("{}\n", await ReadAsync(directory));
        Assert.Equal(3, _counters.Retries("held"));
        Assert.Equal(1, _counters.Events("delivered"));
    }

    [Fact]
    public async Task The_end_of_the_engine_ends_a_hold()
    {
        var directory = Path.Combine(_folder.Path, "out");
        await File.WriteAllTextAsync(directory, "a file in the way");
        await using var sink = Sink(directory);
        using var stop = new CancellationTokenSource();
        _clock.Waiting = _ => stop.Cancel();
        using var batch = SinkBatches.Of("{}\n");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sink.DeliverAsync(batch, stop.Token).AsTask());
        Assert.Equal(0, _counters.Events("delivered"));
    }

    [Fact]
    public async Task Batches_of_several_workers_do_not_mix()
    {
        await using var sink = Sink(_folder.Path);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            using var batch = SinkBatches.Of([.. Enumerable.Range(0, 50).Select(_ => new string((char)('a' + worker), 100) + "\n")]);
            await sink.DeliverAsync(batch, CancellationToken.None);
        }));

        var lines = (await ReadAsync(_folder.Path)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(400, lines.Length);
        Assert.All(lines.Chunk(50), static block => Assert.Single(block.Distinct()));
    }

    private static async Task<string> ReadAsync(string directory)
    {
        await using var stream = new FileStream(Assert.Single(Directory.GetFiles(directory)), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return await new StreamReader(stream).ReadToEndAsync();
    }

    private FileSink Sink(string directory) =>
        new(new FileSinkOptions { Name = "archive", Directory = directory }, _counters.Metrics, _clock, NullLogger<FileSink>.Instance);
}
