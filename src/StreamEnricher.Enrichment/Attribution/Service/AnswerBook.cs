using BitFaster.Caching;
using BitFaster.Caching.Lfu;
using BitFaster.Caching.Scheduler;
using Microsoft.Extensions.Logging;

namespace StreamEnricher.Enrichment.Attribution.Service;

/// <summary>
/// The service's answers: kept for a time, asked for once however many want one, and asked for in batches that gather the questions of all
/// workers up to a number or for a few milliseconds.
/// </summary>
internal sealed class AnswerBook : IAsyncDisposable
{
    private readonly ServiceOptions _options;
    private readonly ServiceRequester _requester;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConcurrentLfu<byte[], Entry> _answers;
    private readonly IAlternateLookup<ReadOnlySpan<byte>, byte[], Entry> _bySlice;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<byte[], ServiceQuestion> _open = new(Utf8Comparer.Instance);
    private readonly HashSet<Task> _requests = [];
    private readonly ITimer _linger;
    private List<ServiceQuestion> _gathered = [];
    private bool _stopped;

    public AnswerBook(ServiceOptions options, HttpClient http, AttackCatalogue catalogue, TimeProvider time, ILogger logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _requester = new ServiceRequester(http, catalogue, options, time, logger);
        // Upkeep on the calling thread: no work item a read buffer, and the same order of evictions every time.
        _answers = new ConcurrentLfu<byte[], Entry>(1, options.CacheEntries, new ForegroundScheduler(), Utf8Comparer.Instance);
        _bySlice = _answers.GetAlternateLookup<ReadOnlySpan<byte>>();
        _linger = time.CreateTimer(static book => ((AnswerBook)book!).Send(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Looks an answer up. Does not allocate.</summary>
    /// <param name="key">Key of the indicator.</param>
    /// <param name="now">Timestamp of the clock.</param>
    /// <param name="finding">The answer, if it is known and fresh.</param>
    /// <returns>Whether it is known, not known, or known and too old.</returns>
    public AnswerState TryGet(ReadOnlySpan<byte> key, long now, out Finding finding)
    {
        if (!_bySlice.TryGet(key, out var entry))
        {
            finding = Finding.Nothing;
            return AnswerState.Unknown;
        }

        finding = entry.Finding;
        return now < entry.Expires ? AnswerState.Fresh : AnswerState.Stale;
    }

    /// <summary>The answer to come; whoever asks first has the question sent.</summary>
    /// <param name="key">Key of the indicator.</param>
    /// <param name="makeMessage">Makes what the service gets.</param>
    /// <param name="state">For <paramref name="makeMessage"/>.</param>
    public Task<Finding?> AskAsync<TState>(ReadOnlySpan<byte> key, Func<byte[], TState, IndicatorMessage> makeMessage, TState state)
        where TState : allows ref struct
    {
        ServiceQuestion question;
        bool isFull;
        lock (_gate)
        {
            if (_stopped)
            {
                return Task.FromCanceled<Finding?>(new CancellationToken(canceled: true));
            }

            if (_open.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var asked))
            {
                return asked.Answer;
            }

            // The answer may have come between the look-up and here.
            if (TryGet(key, _time.GetTimestamp(), out var finding) == AnswerState.Fresh)
            {
                return Task.FromResult<Finding?>(finding);
            }

            var ownKey = key.ToArray();
            question = new ServiceQuestion(ownKey, makeMessage(ownKey, state));
            _open.Add(ownKey, question);
            _gathered.Add(question);
            isFull = _gathered.Count >= _options.BatchIndicators;
            if (_gathered.Count == 1)
            {
                _linger.Change(_options.BatchLinger, Timeout.InfiniteTimeSpan);
            }
        }

        if (isFull)
        {
            Send();
        }

        return question.Answer;
    }

    /// <summary>Stops asking; whoever still waits gets an <see cref="OperationCanceledException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        Task[] requests;
        List<ServiceQuestion> unsent;
        lock (_gate)
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
            requests = [.. _requests];
            unsent = _gathered;
            _gathered = [];
        }

        await _linger.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var question in unsent)
        {
            question.Cancel(_stop.Token);
        }

        await Task.WhenAll(requests).ConfigureAwait(false);
        _requester.Dispose();
        _stop.Dispose();
    }

    private void Send()
    {
        lock (_gate)
        {
            if (_gathered.Count == 0 || _stopped)
            {
                return;
            }

            var batch = _gathered;
            _gathered = [];
            _requests.RemoveWhere(static request => request.IsCompleted);
            _requests.Add(Task.Run(() => RequestAsync(batch)));
        }
    }

    private async Task RequestAsync(List<ServiceQuestion> batch)
    {
        try
        {
            var findings = await _requester.AnswerAsync(batch, _stop.Token).ConfigureAwait(false);
            Close(batch, findings);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            batch.ForEach(question => question.Cancel(_stop.Token));
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            // Whatever it is, nobody may wait for ever.
            Log.RequestBroke(_logger, problem);
            Close(batch, new Finding?[batch.Count]);
        }
    }

    private void Close(List<ServiceQuestion> batch, Finding?[] findings)
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            for (var index = 0; index < findings.Length; index++)
            {
                if (findings[index] is { } finding)
                {
                    var lifetime = finding.IsEmpty ? _options.NegativeTimeToLive : _options.TimeToLive;
                    _answers.AddOrUpdate(batch[index].Key, new Entry(finding, now + (long)(lifetime.TotalSeconds * _time.TimestampFrequency)));
                }

                _open.Remove(batch[index].Key);
            }
        }

        for (var index = 0; index < findings.Length; index++)
        {
            batch[index].Complete(findings[index]);
        }
    }

    private sealed record Entry(Finding Finding, long Expires);
}

/// <summary>What is known of an answer.</summary>
internal enum AnswerState
{
    /// <summary>Nothing.</summary>
    Unknown,

    /// <summary>It is known and counts.</summary>
    Fresh,

    /// <summary>It is too old to count.</summary>
    Stale,
}
