using System.Text.RegularExpressions;
using System.Threading.Channels;
using System.Threading.Tasks.Dataflow;
using StreamEnricher.Engine.Graph;
using StreamEnricher.Testing;

namespace StreamEnricher.UnitTests.Engine.Graph;

public sealed partial class BlockFactoryTests
{
    private readonly List<Exception> _faults = [];

    public static TheoryData<Exception> Errors => [new OperationCanceledException(), new TaskCanceledException(), new InvalidOperationException("bug")];

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Nothing_throws_or_cancels_out_of_a_block_and_what_comes_after_goes_on(Exception error)
    {
        // I2
        var passed = new List<int>();
        var block = BlockFactory.Parallel<int>(
            number =>
            {
                passed.Add(number);
                return number switch { 0 => throw error, 1 => Task.FromException(error), 2 => Task.FromCanceled(new CancellationToken(true)), _ => Task.CompletedTask };
            },
            parallelism: 1, capacity: 10, _faults.Add);

        Array.ForEach([0, 1, 2, 3], number => Assert.True(block.Post(number)));
        block.Complete();
        await block.Completion;

        Assert.Equal([0, 1, 2, 3], passed);
        Assert.Equal([error, error], _faults.Take(2));
        Assert.IsType<TaskCanceledException>(_faults[2]);
    }

    [Fact]
    public async Task A_block_is_bounded_works_in_parallel_and_refuses_at_once_what_does_not_fit()
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = Channel.CreateUnbounded<int>();
        var block = BlockFactory.Parallel<int>(
            number =>
            {
                started.Writer.TryWrite(number);
                return open.Task;
            },
            parallelism: 2, capacity: 3, _faults.Add);

        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(block.Post));
        await started.Reader.ReadAsync();
        await started.Reader.ReadAsync();

        Assert.Equal(1, block.InputCount);
        Assert.False(block.Post(4));
        open.SetResult();
        block.Complete();
        await block.Completion;
        Assert.Empty(_faults);
    }

    [Fact]
    public async Task An_item_that_waits_holds_up_no_other()
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var second = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var block = BlockFactory.Parallel<int>(
            number =>
            {
                if (number == 1)
                {
                    second.SetResult();
                    return Task.CompletedTask;
                }

                return first.Task;
            },
            parallelism: 2, capacity: 2, _faults.Add);
        block.Post(0);
        block.Post(1);

        await second.Task;
        first.SetResult();
        block.Complete();
        await block.Completion;
    }

    [Fact]
    public void A_sink_queue_is_bounded_and_never_drops()
    {
        var queue = BlockFactory.SinkQueue<int>(2);

        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(queue.Writer.TryWrite));
        Assert.True(queue.Reader.TryRead(out var first));

        Assert.Equal(0, first);
    }

    [Fact]
    public void No_other_place_in_the_source_makes_blocks_links_or_channels()
    {
        // I3
        var found = Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(static path => Path.GetFileName(path) != "BlockFactory.cs")
            .SelectMany(static path => File.ReadLines(path).Select((text, line) => (Place: $"{Path.GetRelativePath(Repository.Root, path)}:{line + 1}", Text: text)))
            .Where(static line => Makes().IsMatch(line.Text) && !IsOfOneListener(line.Place, line.Text))
            .Select(static line => $"{line.Place}: {line.Text.Trim()}");

        Assert.Empty(found);
    }

    [Fact]
    public void The_factory_makes_nothing_unbounded() => Assert.DoesNotContain(
        "Unbounded", File.ReadAllText(Repository.PathOf("src", "StreamEnricher.Engine", "Graph", "BlockFactory.cs")), StringComparison.Ordinal);

    [Theory]
    [InlineData("var block = new BufferBlock<int>();")]
    [InlineData("new TransformManyBlock<int, int>(x)")]
    [InlineData("Channel.CreateUnbounded<int>()")]
    [InlineData("a.LinkTo(b)")]
    public void The_search_finds_what_it_looks_for(string text) => Assert.Matches(Makes(), text);

    /// <summary>Each listener of the API has a bounded channel of its own, which drops what it does not take: no event's way leads through it.</summary>
    private static bool IsOfOneListener(string place, string text) =>
        place.StartsWith(Path.Combine("src", "StreamEnricher.Cli", "Api"), StringComparison.Ordinal) && text.Contains("Channel.CreateBounded", StringComparison.Ordinal);

    [GeneratedRegex(@"new (Buffer|Transform|TransformMany|Action|Batch|BatchedJoin|Join|Broadcast|WriteOnce)Block<|Channel\.Create|\.LinkTo\(|DataflowBlock\.Encapsulate")]
    private static partial Regex Makes();
}
