using System.Text.RegularExpressions;
using StreamEnricher.Engine.Graph;
using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Engine.Graph;

/// <summary>Invariant I3: blocks and channels come from one factory, and none is unbounded.</summary>
public sealed partial class BlockFactoryTests
{
    [Fact]
    public void No_other_file_makes_blocks_or_channels()
    {
        var makers = Directory.EnumerateFiles(Repository.PathOf("src", "StreamEnricher.Engine"), "*.cs", SearchOption.AllDirectories)
            .Where(file => Maker().IsMatch(File.ReadAllText(file)))
            .Select(Path.GetFileName);
        Assert.Equal(["BlockFactory.cs"], makers);
        Assert.DoesNotContain("CreateUnbounded", File.ReadAllText(Repository.PathOf("src", "StreamEnricher.Engine", "Graph", "BlockFactory.cs")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_refuses_what_is_above_its_capacity()
    {
        var gate = new TaskCompletionSource();
        var block = BlockFactory.Parallel<int>(_ => gate.Task, parallelism: 1, capacity: 2);
        Assert.True(block.Post(1));
        Assert.True(block.Post(2));
        Assert.False(block.Post(3));
        gate.SetResult();
        block.Complete();
        await block.Completion;
    }

    [Fact]
    public void A_queue_is_full_at_its_capacity()
    {
        var queue = BlockFactory.SinkQueue<int>(2);
        Assert.True(queue.Writer.TryWrite(1));
        Assert.True(queue.Writer.TryWrite(2));
        Assert.False(queue.Writer.TryWrite(3));
    }

    [GeneratedRegex(@"new (Action|Transform|Buffer|Batch|Broadcast|TransformMany)\w*Block<|Channel\.Create")]
    private static partial Regex Maker();
}
