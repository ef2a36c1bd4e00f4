using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.Delivery.Pacing;

/// <summary>What every request of a sink passes: the rate limit, then a permit that is kept until the reply is there. Waits between attempts take no permit.</summary>
internal sealed class RequestGate
{
    private readonly AdaptiveLimit _limit;
    private readonly Pacer? _pacer;
    private readonly SinkHealth _health;
    private readonly TimeProvider _time;

    /// <param name="most">Most requests at a time.</param>
    /// <param name="rate">Rate limit; null: none.</param>
    /// <param name="health">Told of the limit that holds.</param>
    /// <param name="time">Clock.</param>
    public RequestGate(int most, RateLimit? rate, SinkHealth health, TimeProvider time)
    {
        _limit = new AdaptiveLimit(most, time);
        _pacer = rate is null ? null : new Pacer(rate, time);
        (_health, _time) = (health, time);
        health.Concurrency = _limit.Current;
    }

    /// <summary>Sends a request when it may be sent.</summary>
    /// <param name="events">Items in it.</param>
    /// <param name="bytes">Its size before compression.</param>
    /// <param name="send">Sends it.</param>
    /// <param name="cancellation">The engine stops.</param>
    public async Task<HttpReply> SendAsync(int events, int bytes, Func<Task<HttpReply>> send, CancellationToken cancellation)
    {
        if (_pacer is not null)
        {
            await _pacer.WaitAsync(events, bytes, cancellation).ConfigureAwait(false);
        }

        await _limit.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            var begun = _time.GetTimestamp();
            var reply = await send().ConfigureAwait(false);
            if (reply.Status is 0 or 408 or 429 or 503 or 504)
            {
                _limit.Overloaded();
            }
            else
            {
                _limit.Answered(bytes, _time.GetElapsedTime(begun));
            }

            return reply;
        }
        finally
        {
            _limit.Leave();
            _health.Concurrency = _limit.Current;
        }
    }

    /// <summary>The reply as a whole was good, but told of items that were turned away for lack of capacity.</summary>
    public void Overloaded()
    {
        _limit.Overloaded();
        _health.Concurrency = _limit.Current;
    }
}
