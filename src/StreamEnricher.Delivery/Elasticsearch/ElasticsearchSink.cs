using System.Buffers;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Pacing;
using StreamEnricher.Delivery.Retry;

namespace StreamEnricher.Delivery.Elasticsearch;

/// <summary>
/// Writes documents by <c>_bulk</c> and judges each by itself. An item is an action line and a document line; what must be sent again is sent without the items
/// that are settled.
/// </summary>
public sealed class ElasticsearchSink : IEventSink
{
    private static readonly MediaTypeHeaderValue Ndjson = new("application/x-ndjson");

    private readonly ElasticsearchOptions _options;
    private readonly HttpClient _client;
    private readonly AuthenticationHeaderValue? _authorization;
    private readonly Backoff _backoff;
    private readonly SinkReporter _report;
    private readonly TimeProvider _time;
    private readonly DataStreamGuard _guard;
    private readonly RequestGate _gate;
    private int _node;

    /// <param name="options">Address, credentials, limits.</param>
    /// <param name="metrics">Counters; the sink counts its own events.</param>
    /// <param name="time">Clock of waits and time-outs.</param>
    /// <param name="logger">State changes.</param>
    public ElasticsearchSink(ElasticsearchOptions options, PipelineMetrics metrics, TimeProvider time, ILogger<ElasticsearchSink> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = time;
        _client = SinkHttpClient.Create(options.Http);
        _authorization = Authorization(options);
        _backoff = new Backoff(time, Random.Shared);
        Health = new SinkHealth(time);
        _report = new SinkReporter(options.Name, Health, metrics, logger);
        _guard = new DataStreamGuard(options.DataStream, AskAsync, _backoff, _report);
        _gate = new RequestGate(options.MaxConcurrency, options.RateLimit, Health, time);
    }

    /// <inheritdoc />
    public string Name => _options.Name;

    /// <inheritdoc />
    public SinkHealth Health { get; }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        await _guard.WaitAsync(cancellation).ConfigureAwait(false);
        var rejected = new List<RejectedRecord>();
        foreach (var range in ItemRange.Split(batch, _options.MaxRequestBytes, _options.MaxRequestItems))
        {
            if (range.IsTooLarge(batch, _options.MaxItemBytes))
            {
                rejected.Add(range.TooLarge(batch, _options.MaxItemBytes));
                _report.Settled("rejected", 1);
                continue;
            }

            await SettleAsync(batch, [.. Enumerable.Range(range.First, range.Count)], 0, rejected, cancellation).ConfigureAwait(false);
        }

        return rejected;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static AuthenticationHeaderValue? Authorization(ElasticsearchOptions options)
    {
        if (!string.IsNullOrEmpty(options.ApiKey))
        {
            return new AuthenticationHeaderValue("ApiKey", options.ApiKey);
        }

        return string.IsNullOrEmpty(options.Username)
            ? null
            : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{options.Username}:{options.Password}")));
    }

    /// <summary>Sends items until each is stored or refused.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="items">Indices of items, ascending.</param>
    /// <param name="asked">How often they were sent before, as part of something larger.</param>
    /// <param name="rejected">Receives what is refused.</param>
    /// <param name="cancellation">The engine stops.</param>
    private async Task SettleAsync(EncodedBatch batch, int[] items, int asked, List<RejectedRecord> rejected, CancellationToken cancellation)
    {
        var others = new List<BulkItem>();
        for (var attempt = 1; items.Length > 0; attempt++)
        {
            var reply = await SendAsync(batch, items, cancellation).ConfigureAwait(false);
            var outcome = BulkVerdict.Judge(reply);
            if (outcome is BulkOutcome.TooLarge or BulkOutcome.Unreadable)
            {
                await HalveAsync(batch, items, outcome, reply, asked + attempt, rejected, cancellation).ConfigureAwait(false);
                return;
            }

            if (outcome == BulkOutcome.Items && BulkReply.TryRead(reply.Body.Span, items.Length, others))
            {
                items = Settle(batch, items, others, asked + attempt, rejected);
            }
            else if (outcome == BulkOutcome.Hold)
            {
                _report.Hold(BulkVerdict.HoldReason(reply));
            }
            else
            {
                Interlocked.Increment(ref _node);
                _report.Retry(Word(reply, outcome), items.Length, reply.Error ?? reply.Excerpt());
            }

            if (items.Length > 0)
            {
                await _backoff.WaitAsync(attempt, reply.RetryAfter, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static string Word(HttpReply reply, BulkOutcome outcome) => reply.Status switch
    {
        0 => "unreachable",
        429 => "overload",
        _ => outcome == BulkOutcome.Items ? "unreadable_reply" : "server_error",
    };

    private async Task HalveAsync(
        EncodedBatch batch, int[] items, BulkOutcome outcome, HttpReply reply, int asked, List<RejectedRecord> rejected, CancellationToken cancellation)
    {
        if (items.Length == 1)
        {
            var (_, reason) = BulkVerdict.OfSingle(outcome);
            rejected.Add(new RejectedRecord(batch.Items[items[0]].Record, reason, $"HTTP {reply.Status}: {reply.Excerpt()}", asked));
            _report.Settled("rejected", 1);
            return;
        }

        _report.Retry("split", items.Length, $"HTTP {reply.Status}: {reply.Excerpt()}");
        await SettleAsync(batch, items[..(items.Length / 2)], asked, rejected, cancellation).ConfigureAwait(false);
        await SettleAsync(batch, items[(items.Length / 2)..], asked, rejected, cancellation).ConfigureAwait(false);
    }

    /// <summary>Books the verdicts; returns the items to send again.</summary>
    private int[] Settle(EncodedBatch batch, int[] items, List<BulkItem> others, int asked, List<RejectedRecord> rejected)
    {
        List<int>? again = null;
        var duplicates = 0;
        var refused = 0;
        string? held = null, retried = null;
        foreach (var other in others)
        {
            switch (other.Verdict)
            {
                case Verdict.Duplicate:
                    duplicates++;
                    break;
                case Verdict.Rejected:
                    refused++;
                    rejected.Add(new RejectedRecord(batch.Items[items[other.Index]].Record, other.Reason, other.Detail, asked));
                    break;
                default:
                    (again ??= []).Add(items[other.Index]);
                    if (other.Verdict == Verdict.Hold)
                    {
                        held ??= $"{other.Detail}: run 'streamenricher setup', or repair the index";
                    }
                    else
                    {
                        retried ??= other.Detail;
                    }

                    break;
            }
        }

        _report.Settled("delivered", items.Length - others.Count);
        _report.Settled("duplicate", duplicates);
        _report.Settled("rejected", refused);
        if (held is not null)
        {
            _report.Hold(held);
        }
        else
        {
            _report.Succeeded();
        }

        if (retried is not null)
        {
            _gate.Overloaded();
            _report.Retry("item", again!.Count, retried);
        }

        return again is null ? [] : [.. again];
    }

    private async Task<HttpReply> SendAsync(EncodedBatch batch, int[] items, CancellationToken cancellation)
    {
        var isRun = items[^1] - items[0] == items.Length - 1;
        var copy = isRun ? null : Gather(batch, items);
        var body = isRun ? new ItemRange(items[0], items.Length).Bytes(batch) : copy!.WrittenMemory;
        var reply = await _gate.SendAsync(
            items.Length,
            body.Length,
            () =>
            {
                var request = Request(HttpMethod.Post, $"/_bulk?filter_path={BulkReply.FilterPath}");
                request.Content = BodyContent.Create(body, _options.Compression, Ndjson);
                return HttpReply.SendAsync(_client, request, _options.Http.Timeout, _time, cancellation);
            },
            cancellation).ConfigureAwait(false);
        _report.Request(reply.Status, body.Length);
        return reply;
    }

    private async Task<HttpReply> AskAsync(HttpMethod method, string path, CancellationToken cancellation)
    {
        var reply = await HttpReply.SendAsync(_client, Request(method, path), _options.Http.Timeout, _time, cancellation).ConfigureAwait(false);
        if (reply.Status is 0 or >= 500)
        {
            Interlocked.Increment(ref _node);
        }

        return reply;
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var node = _options.Urls[(int)((uint)Volatile.Read(ref _node) % (uint)_options.Urls.Count)];
        var request = new HttpRequestMessage(method, new Uri(node.AbsoluteUri.TrimEnd('/') + path));
        request.Headers.Authorization = _authorization;
        return request;
    }

    private static ArrayBufferWriter<byte> Gather(EncodedBatch batch, int[] items)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var index in items)
        {
            buffer.Write(batch.Value(batch.Items[index]).Span);
        }

        return buffer;
    }
}
