using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Engine.Graph;
using StreamEnricher.Engine.Ledger;

namespace StreamEnricher.Engine.Pipeline;

/// <summary>One sink with its queue and its workers. Nothing of it touches another sink.</summary>
internal sealed partial class SinkLane
{
    private static readonly TimeSpan FaultPause = TimeSpan.FromSeconds(1);

    private readonly SinkSlot _slot;
    private readonly int _index;
    private readonly DeliveryLedger _ledger;
    private readonly IDeadLetterStore _deadLetters;
    private readonly PipelineMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<LaneItem> _queue;
    private long _queuedBytes;
    private int _busy;

    public SinkLane(
        SinkSlot slot, int index, int capacity, DeliveryLedger ledger, IDeadLetterStore deadLetters, PipelineMetrics metrics, TimeProvider time, ILogger logger)
    {
        _slot = slot;
        _index = index;
        _ledger = ledger;
        _deadLetters = deadLetters;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _queue = BlockFactory.SinkQueue<LaneItem>(capacity);
    }

    /// <summary>The sink.</summary>
    public IEventSink Sink => _slot.Sink;

    /// <summary>Bytes that wait or are being sent.</summary>
    public long QueuedBytes => Interlocked.Read(ref _queuedBytes);

    /// <summary>Workers that are sending.</summary>
    public int Busy => Volatile.Read(ref _busy);

    /// <summary>
    /// Hands the sink its part of a batch; waits while its queue is full. This is the one place where the main flow waits for a sink.
    /// </summary>
    /// <exception cref="OperationCanceledException">The engine is aborted; the batch is let go.</exception>
    public async ValueTask EnqueueAsync(EncodedBatch? batch, BatchTicket ticket, CancellationToken abort)
    {
        if (batch is null || batch.Count == 0)
        {
            batch?.Dispose();
            _ledger.Settle(ticket, _index);
            return;
        }

        Interlocked.Add(ref _queuedBytes, batch.Length);
        try
        {
            await _queue.Writer.WriteAsync(new LaneItem(batch, ticket), abort).ConfigureAwait(false);
        }
        catch (Exception error) when (error is OperationCanceledException or ChannelClosedException)
        {
            Interlocked.Add(ref _queuedBytes, -batch.Length);
            batch.Dispose();
            throw;
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    /// <summary>Runs the workers until the queue is complete and empty, or until aborted.</summary>
    public Task RunAsync(CancellationToken abort) =>
        Task.WhenAll(Enumerable.Range(0, Math.Max(1, _slot.Workers)).Select(_ => Task.Run(() => WorkAsync(abort), CancellationToken.None)));

    private async Task WorkAsync(CancellationToken abort)
    {
        try
        {
            while (await _queue.Reader.WaitToReadAsync(abort).ConfigureAwait(false))
            {
                while (_queue.Reader.TryRead(out var item))
                {
                    await SettleAsync(item, abort).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            LetGo();
        }
    }

    /// <summary>What the sink did not take stays in Kafka: its ranges are never settled.</summary>
    private void LetGo()
    {
        while (_queue.Reader.TryRead(out var item))
        {
            Interlocked.Add(ref _queuedBytes, -item.Batch.Length);
            item.Batch.Dispose();
        }
    }

    private async Task SettleAsync(LaneItem item, CancellationToken abort)
    {
        var length = item.Batch.Length;
        Interlocked.Increment(ref _busy);
        try
        {
            var rejected = await DeliverAsync(item.Batch, abort).ConfigureAwait(false);
            if (rejected.Count > 0)
            {
                await _deadLetters.WriteAsync(Sink.Name, item.Batch.Source, rejected, abort).ConfigureAwait(false);
                CountDeadLetters(_metrics, Sink.Name, rejected);
            }

            RecordLatency(item.Batch);
            _ledger.Settle(item.Ticket, _index);
        }
        finally
        {
            Interlocked.Decrement(ref _busy);
            Interlocked.Add(ref _queuedBytes, -length);
            item.Batch.Dispose();
        }
    }

    internal static void CountDeadLetters(PipelineMetrics metrics, string sink, IReadOnlyList<RejectedRecord> rejected)
    {
        foreach (var reason in rejected.GroupBy(record => record.Reason))
        {
            metrics.DeadLetters.Add(reason.Count(), new("sink", sink), new("reason", reason.Key));
        }
    }

    private async Task<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken abort)
    {
        while (true)
        {
            try
            {
                return await Sink.DeliverAsync(batch, abort).ConfigureAwait(false);
            }
            catch (Exception error) when (!abort.IsCancellationRequested)
            {
                // A sink answers faults with verdicts; one that throws has a fault of its own. The batch is kept and tried again: never dropped.
                LogSinkFault(error, Sink.Name);
                Sink.Health.Error($"{error.GetType().Name}: {error.Message}");
                await Task.Delay(FaultPause, _time, abort).ConfigureAwait(false);
            }
        }
    }

    private void RecordLatency(EncodedBatch batch)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var records = batch.Source.Records;
        var sink = new KeyValuePair<string, object?>("sink", Sink.Name);
        var last = -1;
        foreach (ref readonly var item in batch.Items)
        {
            if (item.Record != last && !item.Shared)
            {
                last = item.Record;
                _metrics.EndToEnd.Record(Math.Max(0, now - records[last].Timestamp) / 1000.0, sink);
            }
        }
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "Sink {Sink} failed unexpectedly; its batch is kept and tried again")]
    private partial void LogSinkFault(Exception error, string sink);

    private readonly record struct LaneItem(EncodedBatch Batch, BatchTicket Ticket);
}
