using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Intelligence;
using StreamEnricher.Delivery.Pacing;
using StreamEnricher.Delivery.Retry;

namespace StreamEnricher.Delivery.Sentinel;

/// <summary>
/// Uploads objects to Microsoft Sentinel: indicators, attack-patterns, identities, relationships and threat actors. It takes no others, so sightings and markings
/// stay out; it reads TLP from the ids of the markings.
/// </summary>
public sealed class SentinelDestination : IStixDestination
{
    private const double RequestsASecond = 100.0 / 60;
    private static readonly string[] Types = ["indicator--", "attack-pattern--", "identity--", "relationship--", "threat-actor--"];

    private readonly SentinelOptions _options;
    private readonly HttpClient _client;
    private readonly EntraTokens _tokens;
    private readonly RequestGate _gate;
    private readonly Pacer _requests;
    private readonly Backoff _backoff;
    private readonly SinkReporter _report;
    private readonly TimeProvider _time;
    private readonly SentObjects _sent = new();
    private readonly Uri _address;
    private readonly byte[] _frame;

    /// <param name="options">Workspace, credentials, limits.</param>
    /// <param name="metrics">Counters; the destination counts its own objects.</param>
    /// <param name="time">Clock of waits and time-outs.</param>
    /// <param name="logger">State changes.</param>
    public SentinelDestination(SentinelOptions options, PipelineMetrics metrics, TimeProvider time, ILogger<SentinelDestination> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options, time);
        Health = new SinkHealth(time);
        _client = SinkHttpClient.Create(options.Http);
        _tokens = new EntraTokens(options, _client, time);
        _report = new SinkReporter(options.Name, Health, metrics, logger);
        _backoff = new Backoff(time, Random.Shared);
        _gate = new RequestGate(options.MaxConcurrency, options.RateLimit, Health, time);
        _requests = new Pacer(new RateLimit(RequestsASecond, IsBytes: false), time);
        _address = new Uri(options.Endpoint, $"/workspaces/{Uri.EscapeDataString(options.Workspace)}/threat-intelligence-stix-objects:upload?api-version=2024-02-01-preview");
        _frame = [.. "{\"sourcesystem\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(options.SourceSystem), .. ",\"stixobjects\":["u8];
    }

    /// <inheritdoc />
    public SinkHealth Health { get; }

    /// <summary>Asks Entra for a token; null when all is well. The workspace cannot be asked without writing to it.</summary>
    public static async Task<string?> CheckAsync(SentinelOptions options, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var client = SinkHttpClient.Create(options.Http);
        using var tokens = new EntraTokens(options, client, time);
        return (await tokens.GetAsync(cancellation).ConfigureAwait(false)).Problem;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RefusedStixObject>> DeliverAsync(IReadOnlyList<StixDelivery> objects, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(objects);
        var places = Enumerable.Range(0, objects.Count).Where(i => Types.Any(type => objects[i].Id.StartsWith(type, StringComparison.Ordinal))).ToList();
        var group = new StixGroup([.. places.Select(i => objects[i])]);
        var refused = new List<RefusedStixObject>();
        var open = group.ToSend(_sent);
        _report.Settled("duplicate", places.Count - open.Count);
        while (open.Count > 0)
        {
            await SettleAsync(group, group.Next(open, _options.MaxRequestObjects, _options.MaxRequestBytes - _frame.Length), 0, refused, cancellation).ConfigureAwait(false);
        }

        return [.. refused.Select(one => one with { Index = places[one.Index] })];
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _tokens.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SettleAsync(StixGroup group, StixEnvelope envelope, int asked, List<RefusedStixObject> refused, CancellationToken cancellation)
    {
        var body = envelope.Body(group, _frame);
        for (var attempt = 1; ; attempt++)
        {
            var token = await _tokens.GetAsync(cancellation).ConfigureAwait(false);
            if (token.Token is null)
            {
                Wait(token, envelope.Wanted.Count);
                await _backoff.WaitAsync(attempt, token.RetryAfter, cancellation).ConfigureAwait(false);
                continue;
            }

            await _requests.WaitAsync(1, 0, cancellation).ConfigureAwait(false);
            var reply = await _gate.SendAsync(envelope.All.Count, body.Length, () => PostAsync(body, token.Token, cancellation), cancellation).ConfigureAwait(false);
            _report.Request(reply.Status, body.Length);
            switch (UploadReply.Judge(reply))
            {
                case UploadOutcome.Taken:
                    _report.Succeeded();
                    Book(group, envelope, UploadReply.Errors(reply), asked + attempt, refused);
                    return;
                case UploadOutcome.Bad:
                    await SplitAsync(group, envelope, reply, asked + attempt, refused, cancellation).ConfigureAwait(false);
                    return;
                case UploadOutcome.Hold:
                    _tokens.Forget(token.Token);
                    _report.Hold(UploadReply.HoldReason(reply));
                    break;
                default:
                    _report.Retry(reply.Status switch { 0 => "unreachable", 429 => "overload", < 300 => "unreadable_reply", _ => "server_error" }, envelope.Wanted.Count, reply.Error ?? $"HTTP {reply.Status}: {reply.Excerpt()}");
                    break;
            }

            await _backoff.WaitAsync(attempt, reply.RetryAfter, cancellation).ConfigureAwait(false);
        }
    }

    private void Wait(EntraToken token, int count)
    {
        if (token.IsPassing)
        {
            _report.Retry("unreachable", count, token.Problem!);
        }
        else
        {
            _report.Hold(token.Problem!);
        }
    }

    private void Book(StixGroup group, StixEnvelope envelope, IReadOnlyDictionary<int, string> errors, int asked, List<RefusedStixObject> refused)
    {
        var delivered = 0;
        for (var place = 0; place < envelope.All.Count; place++)
        {
            var index = envelope.All[place];
            if (!envelope.Wanted.Contains(index))
            {
                continue;
            }

            if (errors.TryGetValue(place, out var message))
            {
                Refuse(group, index, DeadLetterReason.StixRejected, message, asked, refused);
            }
            else
            {
                delivered++;
                _sent.Add(group[index]);
            }
        }

        _report.Settled("delivered", delivered);
    }

    private async Task SplitAsync(StixGroup group, StixEnvelope envelope, HttpReply reply, int asked, List<RefusedStixObject> refused, CancellationToken cancellation)
    {
        var wanted = envelope.Wanted;
        var detail = $"HTTP {reply.Status}: {reply.Excerpt()}";
        if (!envelope.IsSplittable && !envelope.HasDependencies)
        {
            Refuse(group, wanted[0], reply.Status == 413 ? DeadLetterReason.TooLarge : DeadLetterReason.StixRejected, detail, asked, refused);
            return;
        }

        _report.Retry("split", wanted.Count, detail);
        var half = Math.Max(1, wanted.Count / 2);
        await SettleAsync(group, envelope.IsSplittable ? group.Part([.. wanted.Take(half)]) : StixGroup.Bare(wanted[0]), asked, refused, cancellation).ConfigureAwait(false);
        if (envelope.IsSplittable)
        {
            await SettleAsync(group, group.Part([.. wanted.Skip(half)]), asked, refused, cancellation).ConfigureAwait(false);
        }
    }

    private void Refuse(StixGroup group, int index, string reason, string message, int asked, List<RefusedStixObject> refused)
    {
        group.Refuse(index);
        refused.Add(new RefusedStixObject(index, reason, $"Sentinel refused {group[index].Id}: {message}", asked));
        _report.Settled("rejected", 1);
    }

    private Task<HttpReply> PostAsync(byte[] body, string token, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } } };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return HttpReply.SendAsync(_client, request, _options.Http.Timeout, _time, cancellation);
    }
}
