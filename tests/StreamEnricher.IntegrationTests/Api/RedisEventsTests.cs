using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Cli.Api.Recent;

namespace StreamEnricher.IntegrationTests.Api;

public sealed class RedisEventsTests
{
    [Fact]
    public async Task Events_are_shared_newest_first_and_bounded()
    {
        var (name, address) = ($"test-{Guid.NewGuid():N}", ServerAddress.Redis);
        await using var one = Connect(address, name);
        await using var other = Connect(address, name);

        Assert.True(await one.AddAsync([Text("1"), Text("2"), Text("3")], TestContext.Current.CancellationToken));
        Assert.True(await other.AddAsync([Text("4"), Text("5")], TestContext.Current.CancellationToken));

        Assert.Equal(["5", "4", "3"], await NewestAsync(one, 100));
        Assert.Equal(["5"], await NewestAsync(other, 1));
    }

    [Fact]
    public async Task Without_Redis_nothing_waits_and_nothing_fails()
    {
        await using var away = Connect("redis://127.0.0.1:9", "test");

        Assert.False(await away.AddAsync([Text("1")], TestContext.Current.CancellationToken));
        Assert.Null(await away.NewestAsync(10, TestContext.Current.CancellationToken));
    }

    private static RedisEvents Connect(string address, string pipeline) =>
        new(RedisAddress.TryParse(address)!, pipeline, length: 3, TimeProvider.System, NullLogger.Instance);

    private static ReadOnlyMemory<byte> Text(string text) => Encoding.UTF8.GetBytes(text);

    private static async Task<List<string>> NewestAsync(RedisEvents events, int limit) =>
        [.. (await events.NewestAsync(limit, TestContext.Current.CancellationToken))!.Select(static one => Encoding.UTF8.GetString(one.Span))];
}
