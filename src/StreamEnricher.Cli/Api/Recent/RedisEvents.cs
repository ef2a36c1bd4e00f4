using StackExchange.Redis;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Cli.Api.Recent;

/// <summary>Enriched events in a Redis list that all processes of a pipeline share, newest first. Redis may be away: then nothing waits and nothing is lost but the view.</summary>
/// <remarks>The list is cut to its length with every write and goes by itself a day after the last one.</remarks>
internal sealed class RedisEvents : IAsyncDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);
    private static readonly TimeSpan RetryConnect = TimeSpan.FromSeconds(5);
    private readonly ConfigurationOptions _options;
    private readonly RedisKey _key;
    private readonly int _length;
    private readonly SinkHealth _health;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _connecting = new(1, 1);
    private ConnectionMultiplexer? _connection;
    private long _tried;

    /// <param name="options">How to connect.</param>
    /// <param name="pipeline">Name of the pipeline, part of the key.</param>
    /// <param name="length">Most events.</param>
    /// <param name="time">Clock of connecting again.</param>
    /// <param name="logger">Told when Redis goes and comes back.</param>
    public RedisEvents(ConfigurationOptions options, string pipeline, int length, TimeProvider time, ILogger logger)
    {
        (_options, _key, _length, _time, _logger) = (options, $"streamenricher:{pipeline}:events", length, time, logger);
        _health = new SinkHealth(time);
    }

    /// <summary>Adds events, at least one, oldest first. False when Redis did not take them.</summary>
    public async Task<bool> AddAsync(IReadOnlyList<ReadOnlyMemory<byte>> events, CancellationToken cancellation) => await AskAsync(
        async database =>
        {
            var batch = database.CreateTransaction();
            var pushed = batch.ListLeftPushAsync(_key, [.. events.Select(static one => (RedisValue)one)]);
            var cut = batch.ListTrimAsync(_key, 0, _length - 1);
            var expire = batch.KeyExpireAsync(_key, Lifetime);
            await batch.ExecuteAsync();
            await Task.WhenAll(pushed, cut, expire);
            return true;
        },
        cancellation);

    /// <summary>The newest events, newest first; null when Redis is away.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>?> NewestAsync(int limit, CancellationToken cancellation) => await AskAsync(
        async database => (IReadOnlyList<ReadOnlyMemory<byte>>)[.. (await database.ListRangeAsync(_key, 0, limit - 1)).Select(static value => (ReadOnlyMemory<byte>)value)],
        cancellation);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        _connecting.Dispose();
    }

    private async Task<T?> AskAsync<T>(Func<IDatabase, Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            if (await ConnectAsync(cancellation) is not { } connection)
            {
                return default;
            }

            var result = await work(connection.GetDatabase());
            if (_health.Recovered())
            {
                Log.RedisBack(_logger);
            }

            return result;
        }
        catch (Exception error) when (error is RedisException or TimeoutException or ObjectDisposedException)
        {
            Away(error);
            return default;
        }
    }

    private async Task<ConnectionMultiplexer?> ConnectAsync(CancellationToken cancellation)
    {
        if (_connection is { } connected)
        {
            return connected;
        }

        await _connecting.WaitAsync(cancellation);
        try
        {
            if (_connection is null && (_tried == 0 || _time.GetElapsedTime(_tried) > RetryConnect))
            {
                _tried = _time.GetTimestamp();
                _connection = await ConnectionMultiplexer.ConnectAsync(_options);
            }

            return _connection;
        }
        finally
        {
            _connecting.Release();
        }
    }

    private void Away(Exception error)
    {
        // The library's messages name its own state and the end point, never the password.
        if (!_health.IsHeld)
        {
            _health.Hold(error.GetType().Name);
            Log.RedisAway(_logger, error.Message);
        }
    }
}
