using System.Collections.Concurrent;
using System.Threading.Channels;
using StreamEnricher.Cli.Api.Attack;
using StreamEnricher.Cli.Api.Recent;
using StreamEnricher.Cli.Api.Status;
using StreamEnricher.Enrichment.Attribution.Tally;

namespace StreamEnricher.Cli.Api.Live;

/// <summary>Sends what happens to everybody who listens: each second's frame is made once, whatever their number, and not at all when there is none.</summary>
/// <param name="view">How the pipeline stands in a sample.</param>
/// <param name="figures">Samples.</param>
/// <param name="recent">New events.</param>
/// <param name="techniques">Techniques seen.</param>
internal sealed class LiveStreams(Func<LiveSample, LiveView> view, LiveFigures figures, RecentEvents recent, TechniqueTally techniques) : IAsyncDisposable
{
    /// <summary>Most listeners.</summary>
    public const int MostListeners = 64;

    /// <summary>Most listeners of one subject.</summary>
    public const int MostOfOne = 8;

    /// <summary>Most events of a frame: as many as a person can see pass.</summary>
    public const int EventsAFrame = 20;

    /// <summary>Events that a listener begins with.</summary>
    public const int EventsAtStart = 50;

    /// <summary>Frames that wait for a slow listener before the oldest is dropped. None counts on the one before it.</summary>
    private const int FramesWaiting = 4;

    private readonly ConcurrentDictionary<Listener, string> _listeners = new();
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _sending = Task.CompletedTask;

    /// <summary>Starts to send.</summary>
    public void Start() => _sending = Task.Run(() => SendAsync(_stop.Token));

    /// <summary>A new listener; null when there are too many.</summary>
    /// <param name="subject">Who listens.</param>
    public Listener? TryListen(string subject)
    {
        lock (_gate)
        {
            if (_listeners.Count >= MostListeners || _listeners.Values.Count(one => one == subject) >= MostOfOne)
            {
                return null;
            }

            var listener = new Listener(this);
            _listeners.TryAdd(listener, subject);
            return listener;
        }
    }

    /// <summary>What a listener begins with: how things stand, all techniques, the latest events.</summary>
    public async Task<byte[]> FirstFrameAsync(CancellationToken cancellation)
    {
        var (events, _) = await recent.NewestAsync(EventsAtStart, cancellation);
        using var frame = new StreamFrame();
        return frame.Add("live", view(figures.Latest)).Add(TechniqueFigures.All(techniques)).Add([.. events.Reverse()]).ToArray();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        _stop.Dispose();
    }

    private async Task SendAsync(CancellationToken stop)
    {
        var (taken, version) = (recent.Records.Taken, techniques.Version);
        try
        {
            while (true)
            {
                var sample = await figures.NextAsync(stop);
                if (_listeners.IsEmpty)
                {
                    (taken, version) = (recent.Records.Taken, techniques.Version);
                    continue;
                }

                using var frame = new StreamFrame();
                frame.Add("live", view(sample));
                if (techniques.Version is var changed && changed != version)
                {
                    version = changed;
                    frame.Add(TechniqueFigures.All(techniques));
                }

                (var fresh, taken) = recent.Records.Since(taken, EventsAFrame);
                if (fresh.Count > 0)
                {
                    frame.Add(await recent.EnrichAsync(fresh, stop));
                }

                Send(frame.ToArray());
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
    }

    private void Send(byte[] frame)
    {
        foreach (var (listener, _) in _listeners)
        {
            listener.Offer(frame);
        }
    }

    /// <summary>Somebody who listens, until disposed.</summary>
    internal sealed class Listener(LiveStreams streams) : IDisposable
    {
        private readonly Channel<byte[]> _frames = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(FramesWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

        /// <summary>The next frame.</summary>
        public ValueTask<byte[]> NextAsync(CancellationToken cancellation) => _frames.Reader.ReadAsync(cancellation);

        /// <inheritdoc />
        public void Dispose() => streams._listeners.TryRemove(this, out _);

        /// <summary>Gives it a frame; never waits.</summary>
        public void Offer(byte[] frame) => _frames.Writer.TryWrite(frame);
    }
}
