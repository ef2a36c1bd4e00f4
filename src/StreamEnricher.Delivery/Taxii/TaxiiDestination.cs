using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Delivery.Intelligence;
using StreamEnricher.Delivery.Pacing;
using StreamEnricher.Delivery.Retry;

namespace StreamEnricher.Delivery.Taxii;

/// <summary>Pushes objects to a TAXII 2.1 collection and judges each by itself. What the collection has already counts as delivered, in whatever words it says so.</summary>
public sealed class TaxiiDestination : IStixDestination
{
    private readonly TaxiiOptions _options;
    private readonly TaxiiClient _client;
    private readonly TaxiiGuard _guard;
    private readonly TaxiiLookup _lookup;
    private readonly RequestGate _gate;
    private readonly Backoff _backoff;
    private readonly SinkReporter _report;
    private readonly TimeProvider _time;
    private readonly SentObjects _sent = new();

    /// <param name="options">Address, credentials, limits.</param>
    /// <param name="metrics">Counters; the destination counts its own objects.</param>
    /// <param name="time">Clock of waits and time-outs.</param>
    /// <param name="logger">State changes.</param>
    public TaxiiDestination(TaxiiOptions options, PipelineMetrics metrics, TimeProvider time, ILogger<TaxiiDestination> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options, time);
        Health = new SinkHealth(time);
        _report = new SinkReporter(options.Name, Health, metrics, logger);
        _backoff = new Backoff(time, Random.Shared);
        _client = new TaxiiClient(options, time);
        _guard = new TaxiiGuard(new TaxiiDiscovery(options, _client), _backoff, _report);
        _lookup = new TaxiiLookup(_client, _backoff, _report);
        _gate = new RequestGate(options.MaxConcurrency, options.RateLimit, Health, time);
    }

    /// <inheritdoc />
    public SinkHealth Health { get; }

    /// <summary>Asks the server whether the collection is there and takes objects of these credentials; null when all is well. Nothing is stored.</summary>
    public static async Task<string?> CheckAsync(TaxiiOptions options, TimeProvider time, CancellationToken cancellation)
    {
        using var client = new TaxiiClient(options, time);
        return (await new TaxiiDiscovery(options, client).FindAsync(cancellation).ConfigureAwait(false)).Problem;
    }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RefusedStixObject>> DeliverAsync(IReadOnlyList<StixDelivery> objects, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(objects);
        var push = new Push(new StixGroup(objects));
        var open = push.Group.ToSend(_sent);
        _report.Settled("duplicate", objects.Count - open.Count);
        while (open.Count > 0)
        {
            var collection = await _guard.WaitAsync(cancellation).ConfigureAwait(false);
            var bytes = Math.Min(_options.MaxRequestBytes, collection.MaxContentLength ?? int.MaxValue);
            await SettleAsync(push, push.Group.Next(open, _options.MaxRequestObjects, bytes), 0, cancellation).ConfigureAwait(false);
        }

        return push.Refused;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        _guard.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends an envelope until each of its wanted objects is stored or refused.</summary>
    /// <param name="push">The group under way.</param>
    /// <param name="envelope">The objects.</param>
    /// <param name="asked">How often they were sent before, as part of something larger.</param>
    /// <param name="cancellation">The engine stops.</param>
    private async Task SettleAsync(Push push, StixEnvelope envelope, int asked, CancellationToken cancellation)
    {
        var body = envelope.Body(push.Group);
        for (var attempt = 1; ; attempt++)
        {
            var collection = await _guard.WaitAsync(cancellation).ConfigureAwait(false);
            var reply = await _gate.SendAsync(envelope.All.Count, body.Length, () => _client.PostAsync(collection.Objects, body, cancellation), cancellation).ConfigureAwait(false);
            _report.Request(reply.Status, body.Length);
            var outcome = TaxiiVerdict.Judge(reply);
            if (outcome is TaxiiOutcome.TooLarge or TaxiiOutcome.Unprocessable)
            {
                await SplitAsync(push, envelope, outcome, $"HTTP {reply.Status}: {reply.Excerpt()}", asked + attempt, cancellation).ConfigureAwait(false);
                return;
            }

            if (outcome == TaxiiOutcome.Status && TaxiiStatus.TryRead(reply.Body) is { } given)
            {
                if (await CompleteAsync(collection, given, envelope.Wanted.Count, cancellation).ConfigureAwait(false) is { } status)
                {
                    _report.Succeeded();
                    await BookAsync(push, envelope, collection, status, asked + attempt, cancellation).ConfigureAwait(false);
                    return;
                }
            }
            else if (outcome == TaxiiOutcome.Hold)
            {
                _guard.Forget();
                _report.Hold(TaxiiVerdict.HoldReason(reply, $"the collection {_options.Collection}"));
            }
            else
            {
                _report.Retry(TaxiiVerdict.Word(reply), envelope.Wanted.Count, reply.Error ?? $"HTTP {reply.Status}: {reply.Excerpt()}");
            }

            if (TaxiiVerdict.MayBeStored(reply))
            {
                push.Uncertain.UnionWith(envelope.Wanted);
            }

            await _backoff.WaitAsync(attempt, reply.RetryAfter, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Asks for a status until it is complete; null when it is not in time, or the server has lost it: the objects are sent again then.</summary>
    private async Task<TaxiiStatus?> CompleteAsync(TaxiiCollection collection, TaxiiStatus status, int count, CancellationToken cancellation)
    {
        var begun = _time.GetTimestamp();
        for (var asked = 1; status.IsPending; asked++)
        {
            if (status.Id.Length == 0 || _time.GetElapsedTime(begun) > _options.StatusTimeout)
            {
                _report.Retry("pending", count, status.Id.Length == 0 ? "the status is pending and has no id" : $"the status is still pending after {_options.StatusTimeout}");
                return null;
            }

            // Half a second, one, two, four, then every five.
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(5, 0.25 * Math.Pow(2, Math.Min(asked, 5)))), _time, cancellation).ConfigureAwait(false);
            var reply = await _client.GetAsync(collection.Status(status.Id), cancellation).ConfigureAwait(false);
            _report.Request(reply.Status, 0);
            switch (TaxiiVerdict.Judge(reply))
            {
                case TaxiiOutcome.Status when TaxiiStatus.TryRead(reply.Body) is { } next:
                    // A server that numbers its answers anew must not lead astray.
                    status = next with { Id = status.Id };
                    break;
                case TaxiiOutcome.Hold when reply.Status == 404:
                    _report.Retry("pending", count, "the server has forgotten the status");
                    return null;
                case TaxiiOutcome.Hold:
                    _report.Hold(TaxiiVerdict.HoldReason(reply, "the status"));
                    break;
                default:
                    _report.Retry(TaxiiVerdict.Word(reply), count, reply.Error ?? $"HTTP {reply.Status}: {reply.Excerpt()}");
                    await _backoff.WaitAsync(asked, reply.RetryAfter, cancellation).ConfigureAwait(false);
                    break;
            }
        }

        return status;
    }

    /// <summary>Books what a complete status says of each wanted object.</summary>
    private async Task BookAsync(Push push, StixEnvelope envelope, TaxiiCollection collection, TaxiiStatus status, int asked, CancellationToken cancellation)
    {
        var group = push.Group;
        var failed = envelope.Wanted
            .Select(index => (Index: index, Failure: Entry(status.Failures, group[index])))
            .Where(static one => one.Failure is not null)
            .ToDictionary(static one => one.Index, static one => one.Failure!);

        // Fewer failures are listed than counted: any object that is not listed as stored may be one.
        var isSilent = status.Failures.Count < status.FailureCount;
        var doubtful = envelope.Wanted.Where(index => isSilent && !failed.ContainsKey(index) && Entry(status.Successes, group[index]) is null).ToList();
        Deliver(push, "delivered", envelope.Wanted.Where(index => !failed.ContainsKey(index) && !doubtful.Contains(index)));
        Deliver(push, "duplicate", failed.Where(static one => one.Value.SaysAlreadyThere).Select(static one => one.Key));

        List<int> open = [.. failed.Where(static one => !one.Value.SaysAlreadyThere).Select(static one => one.Key), .. doubtful];
        if (open.Count == 0)
        {
            return;
        }

        var there = await _lookup.FindAsync(collection, [.. open.Select(index => group[index])], cancellation).ConfigureAwait(false);
        var had = open.Where(index => there?.Contains(group[index]) ?? push.Uncertain.Contains(index)).ToList();
        Deliver(push, "duplicate", had);
        foreach (var index in open.Except(had).Where(failed.ContainsKey))
        {
            Refuse(push, index, DeadLetterReason.StixRejected, $"the TAXII server refused {group[index].Id}: {failed[index].Message}", asked);
        }

        await AskOneByOneAsync(push, envelope, [.. doubtful.Except(had)], asked, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends objects in smaller envelopes when the server counts failures and does not name them.</summary>
    private async Task AskOneByOneAsync(Push push, StixEnvelope envelope, IReadOnlyList<int> doubtful, int asked, CancellationToken cancellation)
    {
        if (doubtful.Count == 0)
        {
            return;
        }

        if (doubtful.Count == envelope.Wanted.Count)
        {
            await SplitAsync(push, envelope, TaxiiOutcome.Unprocessable, "the TAXII server counts a failure and does not name it", asked, cancellation).ConfigureAwait(false);
        }
        else
        {
            await SettleAsync(push, push.Group.Part(doubtful), asked, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Sends halves; of a single object first without what it refers to, which may be what is bad or too much. What is left then is refused.</summary>
    private async Task SplitAsync(Push push, StixEnvelope envelope, TaxiiOutcome outcome, string detail, int asked, CancellationToken cancellation)
    {
        var wanted = envelope.Wanted;
        if (!envelope.IsSplittable && !envelope.HasDependencies)
        {
            var reason = outcome == TaxiiOutcome.TooLarge ? DeadLetterReason.TooLarge : DeadLetterReason.StixRejected;
            Refuse(push, wanted[0], reason, $"the TAXII server refused {push.Group[wanted[0]].Id}: {detail}", asked);
            return;
        }

        _report.Retry("split", wanted.Count, detail);
        if (!envelope.IsSplittable)
        {
            await SettleAsync(push, StixGroup.Bare(wanted[0]), asked, cancellation).ConfigureAwait(false);
            return;
        }

        if (outcome == TaxiiOutcome.Unprocessable)
        {
            // The server may have kept the objects before the bad one.
            push.Uncertain.UnionWith(wanted);
        }

        await SettleAsync(push, push.Group.Part([.. wanted.Take(wanted.Count / 2)]), asked, cancellation).ConfigureAwait(false);
        await SettleAsync(push, push.Group.Part([.. wanted.Skip(wanted.Count / 2)]), asked, cancellation).ConfigureAwait(false);
    }

    private static TaxiiObjectStatus? Entry(IReadOnlyList<TaxiiObjectStatus> entries, StixDelivery delivery) =>
        entries.FirstOrDefault(entry => entry.Id == delivery.Id && (delivery.Modified is not { } modified || entry.Version is null || TaxiiLookup.SameTime(entry.Version, modified)));

    private void Deliver(Push push, string outcome, IEnumerable<int> indices)
    {
        var count = 0;
        foreach (var index in indices)
        {
            count++;
            _sent.Add(push.Group[index]);
        }

        _report.Settled(outcome, count);
    }

    private void Refuse(Push push, int index, string reason, string detail, int asked)
    {
        push.Group.Refuse(index);
        push.Refused.Add(new RefusedStixObject(index, reason, detail, asked));
        _report.Settled("rejected", 1);
    }

    /// <summary>A group under way.</summary>
    private sealed record Push(StixGroup Group)
    {
        /// <summary>Objects that will never be taken.</summary>
        public List<RefusedStixObject> Refused { get; } = [];

        /// <summary>Objects that were sent without a clear answer: the server may have them.</summary>
        public HashSet<int> Uncertain { get; } = [];
    }
}
