using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Kafka.Clients;

namespace StreamEnricher.Kafka.Producing;

/// <summary>Writes records to one topic until each is stored (acks=all, idempotent) or refused for good. Thread-safe.</summary>
/// <remarks>
/// librdkafka retries on its own for message.timeout.ms; what it gives up is sent again here, with backoff and without a limit. A record that was given up may
/// still have been stored, so a second copy is possible; readers tell it by the event_id header. Order among records is kept only while nothing fails.
/// </remarks>
internal sealed class RecordWriter : IAsyncDisposable
{
    private static readonly TimeSpan QueueFullWait = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan RetireWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(200);
    private readonly Func<IProducer<byte[], byte[]>> _build;
    private readonly Lock _gate = new();
    private readonly string _name;
    private readonly TimeSpan _maxBackoff;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private IProducer<byte[], byte[]> _producer;
    private Task _retired = Task.CompletedTask;

    /// <param name="connection">The cluster.</param>
    /// <param name="settings">Gathering, compression, limits.</param>
    /// <param name="topic">Where to.</param>
    /// <param name="name">For logs.</param>
    /// <param name="memory">The client's queue is taken from it for good.</param>
    /// <param name="time">Clock for waits and health.</param>
    /// <param name="logger">Changes of state.</param>
    public RecordWriter(
        KafkaConnection connection, ProducerSettings settings, string topic, string name, MemoryBudget memory, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(memory);
        Topic = topic;
        _name = name;
        _time = time;
        _logger = logger;
        _maxBackoff = settings.MaxBackoff;
        Health = new SinkHealth(time);
        var properties = ClientProperties.Merge(connection, settings.Defaults(), ProducerSettings.Required);
        _build = () => ClientProperties.Build(() => new ProducerBuilder<byte[], byte[]>(properties)
            .SetLogHandler((_, message) => ClientLog.Write(logger, message))
            .SetErrorHandler((_, error) => Note(error))
            .Build());
        _producer = _build();
        memory.ReserveForever(settings.QueueBytes);
    }

    /// <summary>The topic.</summary>
    public string Topic { get; }

    /// <summary>Whether it works.</summary>
    public SinkHealth Health { get; }

    /// <summary>Called for every record that is sent again, with the error's name.</summary>
    public Action<string, long> Retried { get; init; } = static (_, _) => { };

    /// <summary>Writes records; returns once each is stored or refused for good, with the refused ones.</summary>
    /// <param name="count">How many.</param>
    /// <param name="message">Makes the record of an index; called again when it is sent again.</param>
    /// <param name="cancellation">Stops waiting: records may or may not be stored then.</param>
    public async ValueTask<List<ProduceFailure>> WriteAsync(int count, Func<int, Message<byte[], byte[]>> message, CancellationToken cancellation)
    {
        var refused = new List<ProduceFailure>();
        var backoff = new Backoff(_time, FirstBackoff, _maxBackoff);
        List<int> pending = [.. Enumerable.Range(0, count)];
        for (var attempt = 1; pending.Count > 0; attempt++)
        {
            var round = await SendAsync(pending, message, cancellation);
            if (round.Failed.Count < pending.Count && Health.Recovered())
            {
                Log.Recovered(_logger, _name);
            }

            pending = await JudgeAsync(round.Failed, message, attempt, refused, cancellation);
            if (pending.Count > 0)
            {
                await backoff.WaitAsync(cancellation);
            }
        }

        return refused;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _retired;
        _producer.Dispose();
    }

    private async Task<List<int>> JudgeAsync(
        List<(int Index, Error Error)> failed, Func<int, Message<byte[], byte[]>> message, int attempt, List<ProduceFailure> refused, CancellationToken cancellation)
    {
        var again = new List<int>();
        foreach (var (index, error) in failed)
        {
            var last = error;
            if (ProduceOutcome.DependsOnBatch(error.Code))
            {
                var alone = await SendAsync([index], message, cancellation);
                if (alone.Failed.Count == 0)
                {
                    continue;
                }

                last = alone.Failed[0].Error;
            }

            if (ProduceOutcome.Of(last.Code) == Verdict.Rejected)
            {
                refused.Add(new ProduceFailure(index, last, attempt));
                continue;
            }

            Note(last);
            Retried(last.Code.ToString(), 1);
            again.Add(index);
        }

        return again;
    }

    private async Task<ProduceRound> SendAsync(List<int> indexes, Func<int, Message<byte[], byte[]>> message, CancellationToken cancellation)
    {
        var producer = _producer;
        var round = new ProduceRound(indexes.Count);
        foreach (var index in indexes)
        {
            while (!TryProduce(producer, index, message(index), round))
            {
                await Task.Delay(QueueFullWait, _time, cancellation);
            }
        }

        await round.Done.WaitAsync(cancellation);
        if (round.Failed.Find(static failure => failure.Error.IsFatal || failure.Error.Code == ErrorCode.Local_Fatal).Error is { } fatal)
        {
            Replace(producer, fatal);
        }

        return round;
    }

    private bool TryProduce(IProducer<byte[], byte[]> producer, int index, Message<byte[], byte[]> message, ProduceRound round)
    {
        try
        {
            producer.Produce(Topic, message, round.Handler(index));
        }
        catch (ProduceException<byte[], byte[]> refusal) when (refusal.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
        catch (KafkaException refusal)
        {
            round.Report(index, refusal.Error);
        }
        catch (ObjectDisposedException)
        {
            // Another worker replaced the failed producer meanwhile: the record is sent again with the new one.
            round.Report(index, new Error(ErrorCode.Local_State));
        }

        return true;
    }

    /// <summary>An idempotent producer that met a fatal error (its epoch fenced, a gap in its sequence) takes no more records: go on with a new one.</summary>
    private void Replace(IProducer<byte[], byte[]> failed, Error error)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_producer, failed))
            {
                return;
            }

            Log.ProducerReplaced(_logger, _name, error.Reason);
            _producer = _build();
            _retired = Task.WhenAll(_retired, Task.Run(() => Retire(failed)));
        }
    }

    /// <summary>Other workers may still wait for the failed producer's reports: it fails all it holds at once, so let it do so before it goes.</summary>
    private static void Retire(IProducer<byte[], byte[]> failed)
    {
        failed.Flush(RetireWait);
        failed.Dispose();
    }

    private void Note(Error error)
    {
        if (ProduceOutcome.Of(error.Code) == Verdict.Hold)
        {
            if (Health.Hold($"{error.Reason} (topic {Topic})"))
            {
                Log.Held(_logger, _name, error.Reason);
            }
        }
        else if (Health.Error(error.Reason))
        {
            Log.Retrying(_logger, _name, error.Reason);
        }
    }
}
