using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Kafka;
using StreamEnricher.Kafka.Reading;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.FunctionalTests.Kafka;

public sealed class TopicFollowerTests : IAsyncDisposable
{
    private readonly EmbeddedBroker _broker = EmbeddedBroker.Start();
    private readonly ConcurrentQueue<string> _seen = new();
    private int _caughtUp;
    private int _seenThen;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Topics Topics => new(_broker.BootstrapServers);

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Fact]
    public async Task It_reads_all_partitions_from_the_beginning_says_when_it_has_and_goes_on()
    {
        await Topics.WriteAsync("objects", 0, ["a", "b"]);
        await Topics.WriteAsync("objects", 3, ["c"]);
        await using var follower = Start();
        await SourceProbe.UntilAsync(() => _caughtUp == 1, "it has caught up", Stop);
        Assert.Equal(3, _seenThen);

        await Topics.WriteAsync("objects", 1, ["d"]);
        await Topics.WriteAsync("objects", 0, [new Message<byte[], byte[]?> { Key = [.. "key"u8], Value = null }]);

        await SourceProbe.UntilAsync(() => _seen.Count == 5, "later records are read", Stop);
        Assert.Equal(["a", "b", "c", "d", "key is gone"], _seen.Order(StringComparer.Ordinal));
        Assert.Equal(1, _caughtUp);
    }

    [Fact]
    public async Task A_second_one_reads_everything_again()
    {
        await Topics.WriteAsync("objects", 0, ["a", "b"]);
        await using (Start())
        {
            await SourceProbe.UntilAsync(() => _caughtUp == 1, "the first has caught up", Stop);
        }

        await using var second = Start();
        await SourceProbe.UntilAsync(() => _caughtUp == 2, "the second has caught up", Stop);
        Assert.Equal(["a", "b", "a", "b"], _seen);
    }

    private TopicFollower Start()
    {
        var follower = new TopicFollower(
            _broker.Connection,
            "objects",
            record => _seen.Enqueue(record.Value is { } value ? Encoding.UTF8.GetString(value) : $"{Encoding.UTF8.GetString(record.Key!)} is gone"),
            () =>
            {
                _seenThen = _seen.Count;
                Interlocked.Increment(ref _caughtUp);
            },
            TimeProvider.System,
            NullLogger.Instance);
        follower.Start();
        return follower;
    }
}
