using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace StreamEnricher.Enrichment.Attribution.Service;

/// <summary>Gets the answers to a batch of questions: time-out, retry with jitter, circuit breaker; indicators one by one where the server cannot split its reply.</summary>
internal sealed class ServiceRequester : IDisposable
{
    /// <summary>Attempts after the first.</summary>
    internal const int Retries = 2;

    /// <summary>Attempts within <see cref="SamplingDuration"/> before the circuit may open; it opens when half of them fail.</summary>
    internal const int MinimumThroughput = 4;

    /// <summary>Wait before the second attempt; doubles, with jitter.</summary>
    internal static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <summary>How long no request is made once the circuit is open.</summary>
    internal static readonly TimeSpan BreakDuration = TimeSpan.FromSeconds(5);

    /// <summary>Pause between tries while events are held.</summary>
    internal static readonly TimeSpan HoldDelay = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan SamplingDuration = TimeSpan.FromSeconds(30);

    private readonly MapPatternsClient _client;
    private readonly ReplyReader _reader;
    private readonly ServiceOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ResiliencePipeline<MapPatternsAnswer> _pipeline;
    private readonly SemaphoreSlim _slots;
    private volatile bool _asksOneByOne;

    public ServiceRequester(HttpClient http, AttackCatalogue catalogue, ServiceOptions options, TimeProvider time, ILogger logger)
    {
        _client = new MapPatternsClient(http, options.Url);
        _reader = new ReplyReader(catalogue);
        _options = options;
        _time = time;
        _logger = logger;
        _slots = new SemaphoreSlim(options.MaxConcurrency);
        _pipeline = BuildPipeline();
    }

    /// <inheritdoc />
    public void Dispose() => _slots.Dispose();

    /// <summary>Answers to questions, in their order; null where there was none to be had.</summary>
    /// <exception cref="OperationCanceledException">The token asks to stop.</exception>
    public async Task<Finding?[]> AnswerAsync(IReadOnlyList<ServiceQuestion> questions, CancellationToken stop)
    {
        if (!_asksOneByOne || questions.Count == 1)
        {
            var (answer, failure) = await TryAskAsync([.. questions.Select(question => question.Message)], stop).ConfigureAwait(false);
            if (answer is { HasResults: true })
            {
                _asksOneByOne = false;
            }

            if (answer is { Replies: { } replies })
            {
                return [.. questions.Select((question, index) => _reader.Read(replies[index], question.Message.Value))];
            }

            if (questions.Count == 1 || failure is not null and not ServiceReplyException { IsRefusal: true })
            {
                return new Finding?[questions.Count];
            }

            if (answer is not null)
            {
                _asksOneByOne = true;
                Log.ServiceMerges(_logger);
            }
        }

        return [.. (await Task.WhenAll(questions.Select(question => AnswerAsync([question], stop))).ConfigureAwait(false)).Select(answers => answers[0])];
    }

    /// <summary>Asks until there is a reply, or, unless events are held, until an attempt has failed for good.</summary>
    /// <returns>The answer or the failure.</returns>
    private async Task<(MapPatternsAnswer? Answer, Exception? Failure)> TryAskAsync(IReadOnlyList<IndicatorMessage> indicators, CancellationToken stop)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await _slots.WaitAsync(stop).ConfigureAwait(false);
                try
                {
                    return (await _pipeline.ExecuteAsync(AskAsync, (_client, indicators), stop).ConfigureAwait(false), null);
                }
                finally
                {
                    _slots.Release();
                }
            }
            catch (Exception problem) when (problem is HttpRequestException or IOException or ServiceReplyException or TimeoutRejectedException or BrokenCircuitException)
            {
                var mustSplit = indicators.Count > 1 && problem is ServiceReplyException { IsRefusal: true };
                if (mustSplit || _options.OnFailure == ServiceFailureMode.Degrade)
                {
                    LogFailure(problem, indicators.Count);
                    return (null, problem);
                }

                // Not every second for an hour: after 1, 2, 4, 8, … tries.
                if (int.IsPow2(tries))
                {
                    Log.ServiceHolds(_logger, indicators.Count, tries, problem.Message);
                }
            }

            await Task.Delay(HoldDelay, _time, stop).ConfigureAwait(false);
        }
    }

    private static async ValueTask<MapPatternsAnswer> AskAsync((MapPatternsClient Client, IReadOnlyList<IndicatorMessage> Indicators) state, CancellationToken cancellation) =>
        await state.Client.AskAsync(state.Indicators, cancellation).ConfigureAwait(false);

    private void LogFailure(Exception problem, int indicators)
    {
        // While the circuit is open every batch fails at once; that it opened has been logged.
        if (problem is not BrokenCircuitException)
        {
            Log.ServiceFailed(_logger, indicators, problem.Message);
        }
    }

    private ResiliencePipeline<MapPatternsAnswer> BuildPipeline()
    {
        var isOutage = new PredicateBuilder<MapPatternsAnswer>()
            .Handle<HttpRequestException>()
            .Handle<IOException>()
            .Handle<TimeoutRejectedException>()
            .Handle<ServiceReplyException>(problem => problem.IsTransient);
        return new ResiliencePipelineBuilder<MapPatternsAnswer> { TimeProvider = _time }
            .AddRetry(new RetryStrategyOptions<MapPatternsAnswer>
            {
                ShouldHandle = isOutage,
                MaxRetryAttempts = Retries,
                Delay = RetryDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<MapPatternsAnswer>
            {
                ShouldHandle = isOutage,
                FailureRatio = 0.5,
                MinimumThroughput = MinimumThroughput,
                SamplingDuration = SamplingDuration,
                BreakDuration = BreakDuration,
                OnOpened = opened =>
                {
                    Log.CircuitOpened(_logger, opened.BreakDuration, opened.Outcome.Exception?.Message ?? "");
                    return default;
                },
                OnClosed = _ =>
                {
                    Log.CircuitClosed(_logger);
                    return default;
                },
            })
            .AddTimeout(_options.Timeout)
            .Build();
    }
}
