using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Retry;

namespace StreamEnricher.Delivery.Splunk;

/// <summary>
/// Asks one collector which requests its indexers have. A request that is not acknowledged in time is lost, never delivered: the sink sends it again on another
/// channel. Thread-safe.
/// </summary>
/// <remarks>
/// Acknowledgements are told once and by channel. A channel is given up after any trouble on the way and when it was idle for long, because a collector that
/// forgot it counts from zero again, and an old id would be taken for a new one. What waits on it is still asked for until its time is over.
/// </remarks>
internal sealed class AckPoller : IAsyncDisposable
{
    /// <summary>Splunk removes channels that were idle for 10 minutes (inputs.conf, maxIdleTime).</summary>
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(5);

    /// <summary>Ids in one question.</summary>
    private const int MostAsked = 10_000;

    private readonly Lock _gate = new();
    private readonly List<AckChannel> _channels = [];
    private readonly HecEndpoint _endpoint;
    private readonly AcknowledgementOptions _options;
    private readonly SinkReporter _report;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationToken _endToken;
    private Task _polling = Task.CompletedTask;
    private bool _isPolling;
    private bool _isHeld;

    /// <param name="endpoint">The collector.</param>
    /// <param name="options">Time-out and interval.</param>
    /// <param name="report">Told of questions that are not answered.</param>
    /// <param name="time">Clock.</param>
    public AckPoller(HecEndpoint endpoint, AcknowledgementOptions options, SinkReporter report, TimeProvider time)
    {
        (_endpoint, _options, _report, _time, _endToken) = (endpoint, options, report, time, _end.Token);
    }

    /// <summary>The channel for a request that is about to be sent.</summary>
    public AckChannel Channel()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            if (_channels.LastOrDefault() is not { IsRetired: false } channel || _time.GetElapsedTime(channel.Used, now) > IdleLimit)
            {
                _channels.ForEach(static old => old.Retire());
                _channels.RemoveAll(static old => old.Count == 0);
                channel = new AckChannel(now);
                _channels.Add(channel);
            }

            channel.Use(now);
            return channel;
        }
    }

    /// <summary>A request was taken. Ends with true when an indexer has its events, with false when it must be sent again.</summary>
    public Task<bool> Wait(AckChannel channel, long ackId)
    {
        lock (_gate)
        {
            // Dropped meanwhile as empty: its request was still on the way.
            if (!_channels.Contains(channel))
            {
                _channels.Insert(0, channel);
            }

            var answer = channel.Add(ackId, _time.GetTimestamp());
            if (!_isPolling)
            {
                _isPolling = true;
                _polling = Task.Run(PollAsync, CancellationToken.None);
            }

            return answer;
        }
    }

    /// <summary>A request on the channel failed on the way: who answers next may not know the channel.</summary>
    public void Retire(AckChannel channel)
    {
        lock (_gate)
        {
            channel.Retire();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _polling.ConfigureAwait(false);
        _end.Dispose();
    }

    /// <summary>Asks at intervals as long as anything waits.</summary>
    private async Task PollAsync()
    {
        try
        {
            do
            {
                await Task.Delay(_options.PollInterval, _time, _endToken).ConfigureAwait(false);
                foreach (var (channel, ids) in Questions())
                {
                    Note(channel, ids.Length, await _endpoint.AskAsync(ids, channel.Id, _endToken).ConfigureAwait(false));
                }
            }
            while (IsAnythingLeft());
        }
        catch (OperationCanceledException) when (_endToken.IsCancellationRequested)
        {
            // The sink ends; what waits is not delivered.
        }
    }

    private List<(AckChannel Channel, long[] Ids)> Questions()
    {
        lock (_gate)
        {
            return [.. _channels.Where(static channel => channel.Count > 0).SelectMany(static channel => channel.Ids.Chunk(MostAsked).Select(ids => (channel, ids)))];
        }
    }

    private void Note(AckChannel channel, int asked, HttpReply reply)
    {
        var indexed = new List<long>();
        if (reply.Status == 200 && AckReply.TryRead(reply.Body.Span, indexed))
        {
            lock (_gate)
            {
                indexed.ForEach(channel.Indexed);
            }

            if (_isHeld)
            {
                _isHeld = false;
                _report.Succeeded();
            }

            return;
        }

        Retire(channel);
        var verdict = HecReply.Judge(reply, 1);
        if (verdict.Verdict == Verdict.Hold)
        {
            _isHeld = true;
            _report.Hold(verdict.Detail);
        }
        else
        {
            _report.Retry("ack_poll", asked, verdict.Detail);
        }
    }

    /// <summary>Gives up what waits for too long; false, and polling has ended, when nothing waits any more.</summary>
    private bool IsAnythingLeft()
    {
        lock (_gate)
        {
            var before = _time.GetTimestamp() - (long)(_options.Timeout.TotalSeconds * _time.TimestampFrequency);
            _channels.ForEach(channel => channel.LoseOlder(before));
            _isPolling = _channels.Any(static channel => channel.Count > 0);
            return _isPolling;
        }
    }
}
