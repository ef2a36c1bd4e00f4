using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Retry;

namespace StreamEnricher.Delivery.Splunk;

/// <summary>
/// Sends envelopes to a Splunk HTTP event collector. Splunk stores the events before a bad one and none behind it: what was stored is not sent again, the bad
/// one becomes a dead letter, and the rest goes on.
/// </summary>
public sealed class SplunkHecSink : IEventSink
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly SplunkHecOptions _options;
    private readonly HttpClient _client;
    private readonly Backoff _backoff;
    private readonly SinkReporter _report;
    private readonly TimeProvider _time;
    private readonly string _channel = Guid.NewGuid().ToString();
    private volatile bool _isNearCapacity;

    /// <param name="options">Address, token, limits.</param>
    /// <param name="metrics">Counters; the sink counts its own events.</param>
    /// <param name="time">Clock of waits and time-outs.</param>
    /// <param name="logger">State changes.</param>
    public SplunkHecSink(SplunkHecOptions options, PipelineMetrics metrics, TimeProvider time, ILogger<SplunkHecSink> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _client = SinkHttpClient.Create(options.Http);
        _backoff = new Backoff(time, Random.Shared);
        Health = new SinkHealth(time);
        _report = new SinkReporter(options.Name, Health, metrics, logger);
    }

    /// <inheritdoc />
    public string Name => _options.Name;

    /// <inheritdoc />
    public SinkHealth Health { get; }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var rejected = new List<RejectedRecord>();
        foreach (var range in ItemRange.Split(batch, _options.MaxRequestBytes, _options.MaxRequestItems))
        {
            await SettleAsync(batch, range, 0, rejected, cancellation).ConfigureAwait(false);
        }

        return rejected;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends events until each is stored or refused.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="range">The events.</param>
    /// <param name="asked">How often they were sent before, as part of something larger.</param>
    /// <param name="rejected">Receives what is refused.</param>
    /// <param name="cancellation">The engine stops.</param>
    private async Task SettleAsync(EncodedBatch batch, ItemRange range, int asked, List<RejectedRecord> rejected, CancellationToken cancellation)
    {
        var failures = 0;
        while (range.Count > 0)
        {
            if (_isNearCapacity)
            {
                await _backoff.WaitAsync(1, null, cancellation).ConfigureAwait(false);
            }

            asked++;
            var reply = await SendAsync(batch, range, cancellation).ConfigureAwait(false);
            var verdict = HecReply.Judge(reply, range.Count);
            _report.Settled("delivered", verdict.Settled);
            range = Behind(range, verdict.Settled);
            _isNearCapacity = verdict.SlowDown;
            switch (verdict.Verdict)
            {
                case Verdict.Delivered:
                    _report.Succeeded();
                    break;
                case Verdict.Rejected when verdict.IsExact || range.Count == 1:
                    Reject(batch, range.First, verdict, asked, rejected);
                    range = Behind(range, 1);
                    failures = 0;
                    continue;
                case Verdict.Rejected:
                    // One of them is bad, or they are too many: halves find it.
                    _report.Retry("split", range.Count, verdict.Detail);
                    var half = range.Count / 2;
                    await SettleAsync(batch, range with { Count = half }, asked, rejected, cancellation).ConfigureAwait(false);
                    range = Behind(range, half);
                    continue;
                case Verdict.Hold:
                    _report.Hold(verdict.Detail);
                    break;
                default:
                    _report.Retry(verdict.Word, range.Count, verdict.Detail);
                    break;
            }

            if (range.Count > 0)
            {
                failures = verdict.Settled > 0 ? 1 : failures + 1;
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

    private async Task<HttpReply> SendAsync(EncodedBatch batch, ItemRange range, CancellationToken cancellation)
    {
        var body = range.Bytes(batch);
        var request = new HttpRequestMessage(HttpMethod.Post, _options.EventEndpoint) { Content = BodyContent.Create(body, _options.Compression, Json) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Splunk", _options.Token);
        request.Headers.Add("X-Splunk-Request-Channel", _channel);
        var reply = await HttpReply.SendAsync(_client, request, _options.Http.Timeout, _time, cancellation).ConfigureAwait(false);
        _report.Request(reply.Status, body.Length);
        return reply;
    }
}
