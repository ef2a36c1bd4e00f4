using System.Text;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Core.Batches;

namespace StreamEnricher.UnitTests.Cli.Composition;

public sealed class LineBatchesTests
{
    [Theory]
    [InlineData("a\nbb\n", "0:a 1:bb")]
    [InlineData("a\nbb", "0:a 1:bb")]
    [InlineData("\n\na\n", "0: 1: 2:a")]
    [InlineData("", "")]
    [InlineData("\n", "0:")]
    public async Task Lines_are_records_with_their_number_as_offset(string text, string expected) => Assert.Equal(expected, await ReadAsync(text, 100, 1000, 3));

    [Fact]
    public async Task A_full_batch_keeps_the_next_line_for_the_next_one() => Assert.Equal("0:a 1:b | 2:c 3:d | 4:e", await ReadAsync("a\nb\nc\nd\ne\n", 2, 1000, 1000));

    [Fact]
    public async Task A_line_longer_than_a_batch_and_than_a_read_gets_room()
    {
        var line = new string('x', 3_000_000);

        var read = await ReadAsync($"a\n{line}\nb\n", 100, 4096, 70_000);

        Assert.Equal($"0:a | 1:{line} 2:b", read);
    }

    private static async Task<string> ReadAsync(string text, int maxEvents, int slabBytes, int chunk)
    {
        using var stream = new ChunkedStream(Encoding.UTF8.GetBytes(text), chunk);
        var lines = new LineBatches(stream, new PartitionLease("all", "stdin", 0, [0]), maxEvents, slabBytes);
        var batches = new List<string>();
        while (await lines.NextAsync(TestContext.Current.CancellationToken) is { } batch)
        {
            var records = new List<string>();
            for (var index = 0; index < batch.Count; index++)
            {
                records.Add($"{batch.Records[index].Offset}:{Encoding.UTF8.GetString(batch.Value(index))}");
            }

            batch.Release();
            batches.Add(string.Join(' ', records));
        }

        return string.Join(" | ", batches);
    }

    /// <summary>Gives at most so many bytes a read, as pipes do.</summary>
    private sealed class ChunkedStream(byte[] content, int chunk) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
