using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Pacing;
using StreamEnricher.Delivery.Retry;

namespace StreamEnricher.Delivery.Splunk;

/// <summary>
/// Sends envelopes to Splunk HTTP event collectors. Splunk stores the events before a bad one and none behind it: what was stored is not sent again, the bad
/// one becomes a dead letter, and the rest goes on.
/// </summary>
/// <remarks>
/// With acknowledgement a batch is delivered when indexers have all of it. Events that were stored beside a bad one have no acknowledgement of their own and are
/// sent again: rather twice than not at all.
/// </remarks>
public sealed class SplunkHecSink : IEventSink
{
    private readonly SplunkHecOptions _options;
    private readonly HecEndpoints _endpoints;
    private readonly AckPoller[] _pollers;
    private readonly RequestGate _gate;
    private readonly Backoff _backoff;
    private readonly SinkReporter _report;
    private readonly string _channel = Guid.NewGuid().ToString();
    private volatile bool _isNearCapacity;

    /// <param name="options">Addresses, token, limits.</param>
    /// <param name="metrics">Counters; the sink counts its own events.</param>
    /// <param name="time">Clock of waits and time-outs.</param>
    /// <param name="logger">State changes.</param>
    public SplunkHecSink(SplunkHecOptions options, PipelineMetrics metrics, TimeProvider time, ILogger<SplunkHecSink> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _endpoints = new HecEndpoints(options, time);
        _backoff = new Backoff(time, Random.Shared);
        Health = new SinkHealth(time);
        _report = new SinkReporter(options.Name, Health, metrics, logger);
        _gate = new RequestGate(options.MaxConcurrency, options.RateLimit, Health, time);
        _pollers = options.Acknowledgement is { } acks ? [.. _endpoints.All.Select(endpoint => new AckPoller(endpoint, acks, _report, time))] : [];
    }

    /// <inheritdoc />
    public string Name => _options.Name;

    /// <inheritdoc />
    public SinkHealth Health { get; }

    private bool IsAcknowledged => _pollers.Length > 0;

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var rejected = new List<RejectedRecord>();
        var ranges = ItemRange.Split(batch, _options.MaxRequestBytes, _options.MaxRequestItems);
        for (var round = 0; ranges.Count > 0; round++)
        {
            var taken = new List<TakenRequest>();
            foreach (var range in ranges)
            {
                if (range.IsTooLarge(batch, _options.MaxItemBytes))
                {
                    rejected.Add(range.TooLarge(batch, _options.MaxItemBytes));
                    _report.Settled("rejected", 1);
                    continue;
                }

                await SettleAsync(batch, range, round, rejected, taken, cancellation).ConfigureAwait(false);
            }

            ranges = await UnansweredAsync(taken, cancellation).ConfigureAwait(false);
        }

        return rejected;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var poller in _pollers)
        {
            await poller.DisposeAsync().ConfigureAwait(false);
        }

        _endpoints.Dispose();
    }

    /// <summary>Sends events until each is taken or refused.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="range">The events.</param>
    /// <param name="asked">How often they were sent before, as part of something larger.</param>
    /// <param name="rejected">Receives what is refused.</param>
    /// <param name="taken">Receives the requests whose acknowledgement is to be waited for.</param>
    /// <param name="cancellation">The engine stops.</param>
    private async Task SettleAsync(EncodedBatch batch, ItemRange range, int asked, List<RejectedRecord> rejected, List<TakenRequest> taken, CancellationToken cancellation)
    {
        var failures = 0;
        while (range.Count > 0)
        {
            if (_isNearCapacity)
            {
                await _backoff.WaitAsync(1, null, cancellation).ConfigureAwait(false);
            }

            asked++;
            var (reply, verdict) = await SendAsync(batch, range, taken, cancellation).ConfigureAwait(false);
            var settled = IsAcknowledged && verdict.Verdict != Verdict.Delivered ? 0 : verdict.Settled;
            var stored = range with { Count = verdict.Settled - settled };
            _report.Settled("delivered", IsAcknowledged ? 0 : settled);
            range = Behind(range, settled);
            _isNearCapacity = verdict.SlowDown;
            switch (verdict.Verdict)
            {
                case Verdict.Delivered:
                    _report.Succeeded();
                    break;
                case Verdict.Rejected when verdict.IsExact || range.Count == 1:
                    Reject(batch, range.First + stored.Count, verdict, asked, rejected);
                    await SettleAsync(batch, stored, asked, rejected, taken, cancellation).ConfigureAwait(false);
                    range = Behind(range, stored.Count + 1);
                    failures = 0;
                    continue;
                case Verdict.Rejected:
                    // One of them is bad, or they are too many: halves find it.
                    _report.Retry("split", range.Count, verdict.Detail);
                    var half = range.Count / 2;
                    await SettleAsync(batch, range with { Count = half }, asked, rejected, taken, cancellation).ConfigureAwait(false);
                    range = Behind(range, half);
                    continue;
                case Verdict.Hold when _endpoints.AllRest:
                    _report.Hold(verdict.Detail);
                    break;
                case Verdict.Hold:
                    // One collector needs a repair; the others take its events.
                    _report.Retry("collector_held", range.Count, verdict.Detail);
                    break;
                default:
                    _report.Retry(verdict.Word, range.Count, verdict.Detail);
                    break;
            }

            if (range.Count > 0)
            {
                failures = settled > 0 ? 1 : failures + 1;
                await _backoff.WaitAsync(failures, reply.RetryAfter, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static ItemRange Behind(ItemRange range, int count) => new(range.First + count, range.Count - count);

    private void Reject(EncodedBatch batch, int item, HecVerdict verdict, int asked, List<RejectedRecord> rejected)
    {
        var reason = verdict.IsTooLarge ? DeadLetterReason.TooLarge : DeadLetterReason.HecRejected;
        rejected.Add(new RejectedRecord(batch.Items[item].Record, reason, verdict.Detail, asked));
        _report.Settled("rejected", 1);
    }

    private async Task<(HttpReply Reply, HecVerdict Verdict)> SendAsync(EncodedBatch batch, ItemRange range, List<TakenRequest> taken, CancellationToken cancellation)
    {
        var number = _endpoints.Next();
        var endpoint = _endpoints.All[number];
        if (IsAcknowledged && await endpoint.AckProblemAsync(cancellation).ConfigureAwait(false) is { } problem)
        {
            _endpoints.Failed(number);
            return (new HttpReply(0, default, null, problem.Detail), problem);
        }

        var body = range.Bytes(batch);
        AckChannel? channel = null;
        var reply = await _gate.SendAsync(
            range.Count,
            body.Length,
            () =>
            {
                channel = IsAcknowledged ? _pollers[number].Channel() : null;
                return endpoint.SendAsync(body, channel?.Id ?? _channel, cancellation);
            },
            cancellation).ConfigureAwait(false);
        _report.Request(reply.Status, body.Length);
        var verdict = HecReply.Judge(reply, range.Count);
        if (channel is not null && verdict.Verdict == Verdict.Delivered)
        {
            if (verdict.AckId is not { } ackId)
            {
                verdict = new HecVerdict(Verdict.Retry, 0, true, false, false, "unreadable_reply", "the reply has no ackId");
            }
            else
            {
                taken.Add(new TakenRequest(range, _pollers[number].Wait(channel, ackId)));
            }
        }

        Note(number, channel, verdict);
        return (reply, verdict);
    }

    private void Note(int endpoint, AckChannel? channel, HecVerdict verdict)
    {
        if (verdict.Verdict is Verdict.Retry or Verdict.Hold)
        {
            _endpoints.Failed(endpoint);
            if (channel is not null)
            {
                _pollers[endpoint].Retire(channel);
            }
        }
        else
        {
            _endpoints.All[endpoint].Wake();
        }
    }

    /// <summary>Waits until each request is acknowledged or lost; returns the lost ones.</summary>
    private async Task<List<ItemRange>> UnansweredAsync(List<TakenRequest> taken, CancellationToken cancellation)
    {
        var lost = new List<ItemRange>();
        foreach (var (range, indexed) in taken)
        {
            if (await indexed.WaitAsync(cancellation).ConfigureAwait(false))
            {
                _report.Settled("delivered", range.Count);
            }
            else
            {
                _report.Retry("unacknowledged", range.Count, "no indexer has acknowledged them in time");
                lost.Add(range);
            }
        }

        return lost;
    }

    /// <summary>A request that a collector took.</summary>
    private readonly record struct TakenRequest(ItemRange Range, Task<bool> Indexed);
}
