using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Kafka.Clients;
using StreamEnricher.Kafka.Consuming;
using StreamEnricher.Kafka.Producing;

namespace StreamEnricher.Kafka.Transactions;

/// <summary>
/// Writes each batch to a topic in one transaction with the sink's offsets: who reads the topic with isolation.level=read_committed gets each event exactly once, whatever
/// crashes. Batches of a partition must come in order, one at a time.
/// </summary>
/// <remarks>
/// A record that the topic refuses becomes a dead letter here, before the transaction that passes it is committed: the engine would write it behind that, and a crash in
/// between would lose it.
/// </remarks>
public sealed class TransactionalSink : IEventSink
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);
    private readonly KafkaSinkOptions _options;
    private readonly OffsetGate _gate;
    private readonly IDeadLetterStore _deadLetters;
    private readonly PipelineMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TransactionalWriter _writer;
    private readonly GroupClient _group;
    private Task _starting = Task.CompletedTask;

    /// <param name="options">The topic.</param>
    /// <param name="groupId">The main group; the sink's is <c>{group}.{sink}</c>.</param>
    /// <param name="gate">Shared with the source.</param>
    /// <param name="deadLetters">Where records go that the topic refuses; not disposed.</param>
    /// <param name="memory">The client's queue is taken from it.</param>
    /// <param name="metrics">Counters.</param>
    /// <param name="time">Clock of waits.</param>
    /// <param name="logger">Changes of state.</param>
    /// <exception cref="KafkaSetupException">The client refuses its settings.</exception>
    public TransactionalSink(
        KafkaSinkOptions options, string groupId, OffsetGate gate, IDeadLetterStore deadLetters, MemoryBudget memory, PipelineMetrics metrics, TimeProvider time,
        ILogger<TransactionalSink> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(memory);
        (_options, _gate, _deadLetters, _metrics, _time, _logger) = (options, gate, deadLetters, metrics, time, logger);
        Health = new SinkHealth(time);
        var group = GroupOffsets.GroupOf(groupId, options.Name);
        _group = GroupClient.Of(options.Connection, group, time, logger);
        var properties = Properties(options, group);
        _writer = new TransactionalWriter(
            options.Topic,
            () => ClientProperties.Build(() => new ProducerBuilder<byte[], byte[]>(properties)
                .SetLogHandler((_, message) => ClientLog.Write(logger, message))
                .SetErrorHandler((_, error) => Health.Error(error.Reason))
                .Build()),
            time);
        memory.ReserveForever(options.Producer.QueueBytes);
    }

    /// <inheritdoc />
    public string Name => _options.Name;

    /// <inheritdoc />
    public SinkHealth Health { get; }

    /// <summary>
    /// Begins to end what a former process of the same name (group.instance.id) left open: until that is over, or the broker's time-out, the sink's offsets cannot be read
    /// and its partitions wait. Once.
    /// </summary>
    public void Start() => _starting = Task.Run(RecoverAsync);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var delivery = new Delivery(batch);
        var backoff = new Backoff(_time, FirstBackoff, _options.Producer.MaxBackoff);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (await AttemptAsync(delivery, cancellation))
            {
                Count(delivery);
                return [];
            }

            await backoff.WaitAsync(cancellation);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _starting;
        _writer.Dispose();
        _group.Dispose();
    }

    private static Dictionary<string, string> Properties(KafkaSinkOptions options, string group)
    {
        // A process with a name of its own ends at its start what it left open before; without one the broker does so after the time-out.
        var instance = options.Connection.Properties.GetValueOrDefault("group.instance.id") ?? Guid.NewGuid().ToString("N");
        var timeout = TransactionalWriter.Timeout.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
        return ClientProperties.Merge(options.Connection, options.Producer.Defaults(), new Dictionary<string, string>(ProducerSettings.Required)
        {
            ["transactional.id"] = $"{group}.{instance}",
            ["transaction.timeout.ms"] = timeout,
            ["message.timeout.ms"] = timeout,
        });
    }

    private async Task RecoverAsync()
    {
        await _gate.EnterAsync(CancellationToken.None);
        try
        {
            await _writer.RecoverAsync();
        }
        catch (KafkaException error)
        {
            // The first delivery tries again.
            Note(error.Error);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>One transaction, during which nobody else writes the sink's offsets; true when the batch is delivered.</summary>
    private async Task<bool> AttemptAsync(Delivery delivery, CancellationToken cancellation)
    {
        await _gate.EnterAsync(cancellation);
        try
        {
            if (delivery.Unknown is { } offsets)
            {
                await _writer.RecoverAsync();
                if (await IsCommittedAsync(offsets))
                {
                    return Succeeded(offsets);
                }

                delivery.Unknown = null;
            }

            if (delivery.IsOthers)
            {
                return true;
            }

            var items = delivery.Items();
            var committing = new List<TopicPartitionOffset>();
            var result = await _writer.RunAsync(
                [.. items.Select(item => EventMessage.Of(delivery.Batch, item))], index => delivery.Alone.Contains(items[index]), () => OffsetsAsync(delivery, items, committing, cancellation));
            if (result.Outcome == TransactionOutcome.Committed)
            {
                return Succeeded(committing);
            }

            delivery.Unknown = result.Outcome == TransactionOutcome.Unknown ? committing : null;
            Judge(delivery, items, result);
            return false;
        }
        catch (KafkaException error)
        {
            Note(error.Error);
            return false;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>What the transaction commits: the sink's offsets, and proof that the partitions are still ours. Null when some are not.</summary>
    private async Task<IReadOnlyList<GroupFence>?> OffsetsAsync(Delivery delivery, IReadOnlyList<int> items, List<TopicPartitionOffset> committing, CancellationToken cancellation)
    {
        if (delivery.Undurable is { Count: > 0 } refused)
        {
            await _deadLetters.WriteAsync(Name, delivery.Batch.Source, refused, cancellation);
            delivery.AreDurable();
            foreach (var record in refused)
            {
                _metrics.DeadLetters.Add(1, new("sink", Name), new("reason", record.Reason));
            }
        }

        // The membership first, then whether the partitions are still here: what goes later goes to a later generation, and the broker refuses this one.
        var partitions = delivery.Batch.Source.Ranges.Select(static range => new TopicPartition(range.Lease.Topic, range.Lease.Partition)).ToList();
        var fence = _gate.Fence?.Invoke(partitions);
        if (delivery.Items().Count != items.Count)
        {
            return null;
        }

        committing.AddRange(_gate.Above(delivery.Batch.Source.Ranges.Where(static range => !range.Lease.Revoked)
            .Select(static range => new TopicPartitionOffset(range.Lease.Topic, range.Lease.Partition, range.Next))));
        if (fence is not null && (fence.Metadata is null || fence.Offsets.Count < committing.Count))
        {
            // Without proof for each partition nothing is committed.
            return null;
        }

        var own = new GroupFence(await _group.MetadataAsync(), committing);
        return fence is null ? [own] : [own, fence];
    }

    private async Task<bool> IsCommittedAsync(List<TopicPartitionOffset> offsets)
    {
        var committed = await _group.ReadAsync([.. offsets.Select(static offset => offset.TopicPartition)], ReadTimeout);
        return offsets.Count > 0 && offsets.TrueForAll(offset => committed[offset.TopicPartition] >= offset.Offset.Value);
    }

    private bool Succeeded(List<TopicPartitionOffset> offsets)
    {
        _gate.Wrote(offsets);
        if (Health.Recovered())
        {
            Producing.Log.Recovered(_logger, Name);
        }

        return true;
    }

    /// <summary>Sees what a failed transaction says of its records.</summary>
    private void Judge(Delivery delivery, IReadOnlyList<int> items, TransactionResult result)
    {
        if (result.Cause is { } cause)
        {
            Note(cause);
        }

        foreach (var (index, error) in result.Failed ?? [])
        {
            var item = items[index];
            if (ProduceOutcome.DependsOnBatch(error.Code) && delivery.Alone.Add(item))
            {
                // Perhaps only too large together with others.
                continue;
            }

            if (ProduceOutcome.Of(error.Code) == Verdict.Rejected)
            {
                delivery.Refuse(item, _options.RejectionReason, $"Topic {_options.Topic} refused a record: {error.Reason}");
            }
        }
    }

    private void Note(Error error)
    {
        _metrics.SinkRetries.Add(1, new("sink", Name), new("reason", error.Code.ToString()));
        if (ProduceOutcome.Of(error.Code) == Verdict.Hold)
        {
            if (Health.Hold($"{error.Reason} (topic {_options.Topic})"))
            {
                Producing.Log.Held(_logger, Name, error.Reason);
            }
        }
        else if (Health.Error(error.Reason))
        {
            Producing.Log.Retrying(_logger, Name, error.Reason);
        }
    }

    private void Count(Delivery delivery)
    {
        var sink = new KeyValuePair<string, object?>("sink", Name);
        _metrics.SinkBytes.Add(delivery.Batch.Length, sink);
        _metrics.SinkEvents.Add(delivery.Batch.Count - delivery.Refused, sink, new("outcome", "delivered"));
        if (delivery.Refused > 0)
        {
            _metrics.SinkEvents.Add(delivery.Refused, sink, new("outcome", "rejected"));
        }
    }

    /// <summary>A batch on its way.</summary>
    private sealed class Delivery(EncodedBatch batch)
    {
        private readonly Dictionary<int, RejectedRecord> _refused = [];
        private bool _durable = true;

        public EncodedBatch Batch => batch;

        /// <summary>Items that are sent in requests of their own.</summary>
        public HashSet<int> Alone { get; } = [];

        /// <summary>What a transaction with an unknown end was to commit.</summary>
        public List<TopicPartitionOffset>? Unknown { get; set; }

        /// <summary>Items that the topic refuses.</summary>
        public int Refused => _refused.Count;

        /// <summary>Refused records that are no dead letters yet.</summary>
        public IReadOnlyList<RejectedRecord>? Undurable => _durable ? null : [.. _refused.Values.DistinctBy(static record => record.Record)];

        /// <summary>All of it belongs to other processes now.</summary>
        public bool IsOthers => batch.Source.Ranges.All(static range => range.Lease.Revoked);

        /// <summary>Items that are still to be delivered: those that are refused are not, nor those of partitions that belong to others now.</summary>
        public IReadOnlyList<int> Items() =>
            [.. Enumerable.Range(0, batch.Count).Where(item => !_refused.ContainsKey(item) && !batch.Source.Lease(batch.Items[item].Record).Revoked)];

        public void Refuse(int item, string reason, string detail)
        {
            _refused[item] = new RejectedRecord(batch.Items[item].Record, reason, detail, 1);
            _durable = false;
        }

        public void AreDurable() => _durable = true;
    }
}
