using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Core.Memory;
using StreamEnricher.Kafka.Clients;
using StreamEnricher.Kafka.Producing;
using StreamEnricher.Kafka.Transactions;

namespace StreamEnricher.Kafka.Intelligence;

/// <summary>Keeps the state of a sink in a compacted topic, so that it moves with the partitions.</summary>
/// <remarks>
/// Each write is a transaction that also commits the main group's place with this process's membership: the broker refuses it to a former owner of the partitions
/// (as for a sink that delivers exactly once), so nobody writes over what the present owner counts.
/// </remarks>
public sealed class KafkaAggregateStore : IAggregateStore
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private readonly KafkaSinkOptions _options;
    private readonly OffsetGate _gate;
    private readonly SinkHealth _health;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TransactionalWriter _writer;

    /// <param name="options">Name of the sink, and the topic.</param>
    /// <param name="groupId">The main group.</param>
    /// <param name="gate">Shared with the source.</param>
    /// <param name="health">Of the sink.</param>
    /// <param name="memory">The client's queue is taken from it.</param>
    /// <param name="time">Clock of waits.</param>
    /// <param name="logger">Changes of state.</param>
    /// <exception cref="KafkaSetupException">The client refuses its settings.</exception>
    public KafkaAggregateStore(
        KafkaSinkOptions options, string groupId, OffsetGate gate, SinkHealth health, MemoryBudget memory, TimeProvider time, ILogger<KafkaAggregateStore> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(memory);
        (_options, _gate, _health, _time, _logger) = (options, gate, health, time, logger);
        var instance = options.Connection.Properties.GetValueOrDefault("group.instance.id") ?? Guid.NewGuid().ToString("N");
        var timeout = TransactionalWriter.Timeout.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture);
        var properties = ClientProperties.Merge(options.Connection, options.Producer.Defaults(), new Dictionary<string, string>(ProducerSettings.Required)
        {
            ["transactional.id"] = $"{groupId}.{options.Name}.state.{instance}",
            ["transaction.timeout.ms"] = timeout,
            ["message.timeout.ms"] = timeout,
        });
        _writer = new TransactionalWriter(
            options.Topic,
            () => ClientProperties.Build(() => new ProducerBuilder<byte[], byte[]>(properties).SetLogHandler((_, message) => ClientLog.Write(logger, message)).Build()),
            time);
        memory.ReserveForever(options.Producer.QueueBytes);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyCollection<AggregateRecord>> LoadAsync(CancellationToken cancellation)
    {
        var backoff = new Backoff(_time, FirstBackoff, _options.Producer.MaxBackoff);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return await Task.Factory.StartNew(() => Read(cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            }
            catch (KafkaException error)
            {
                Note(error.Error);
            }

            await backoff.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task<bool> TryWriteAsync(IReadOnlyList<AggregateRecord> records, IReadOnlyList<PartitionLease> leases, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(records);
        List<Message<byte[], byte[]>> messages = [.. records.Select(static record => new Message<byte[], byte[]> { Key = record.Key, Value = record.Value! })];
        var backoff = new Backoff(_time, FirstBackoff, _options.Producer.MaxBackoff);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (leases.Any(static lease => lease.Revoked))
            {
                return false;
            }

            if (await AttemptAsync(messages, leases, cancellation).ConfigureAwait(false))
            {
                return true;
            }

            await backoff.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>One transaction. One with an unknown end is written again: the records say how things stand, not what was added.</summary>
    private async Task<bool> AttemptAsync(List<Message<byte[], byte[]>> messages, IReadOnlyList<PartitionLease> leases, CancellationToken cancellation)
    {
        await _gate.EnterAsync(cancellation).ConfigureAwait(false);
        try
        {
            var result = await _writer.RunAsync(messages, static _ => false, () => Task.FromResult(Fence(leases))).ConfigureAwait(false);
            if (result.Cause is { } cause)
            {
                Note(cause);
            }

            return result.Outcome == TransactionOutcome.Committed;
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

    /// <summary>Proof that all partitions are this process's; null without one. The membership first, then the leases: what goes later goes to a later generation.</summary>
    private IReadOnlyList<GroupFence>? Fence(IReadOnlyList<PartitionLease> leases)
    {
        var fence = _gate.Fence?.Invoke([.. leases.Select(static lease => new TopicPartition(lease.Topic, lease.Partition))]);
        if (leases.Any(static lease => lease.Revoked))
        {
            return null;
        }

        return fence is null ? [] : fence.Metadata is null || fence.Offsets.Count < leases.Count ? null : [fence];
    }

    /// <summary>Reads the topic up to the end that it has now, which may lie behind transactions that are still open: they end soon, one way or the other.</summary>
    private List<AggregateRecord> Read(CancellationToken cancellation)
    {
        var properties = ClientProperties.Merge(_options.Connection, null, new Dictionary<string, string>
        {
            ["group.id"] = $"{_options.Topic}.reader",
            ["enable.auto.commit"] = "false",
            ["auto.offset.reset"] = "earliest",
            ["enable.partition.eof"] = "true",
            ["isolation.level"] = "read_committed",
        });
        properties.Remove("group.instance.id");
        using var consumer = ClientProperties.Build(
            () => new ConsumerBuilder<byte[]?, byte[]?>(properties).SetLogHandler((_, message) => ClientLog.Write(_logger, message)).Build());
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var found = admin.GetMetadata(_options.Topic, Patience).Topics.Find(topic => topic.Topic == _options.Topic);
        var state = new Dictionary<string, AggregateRecord>(StringComparer.Ordinal);
        foreach (var partition in found is { Error.IsError: false } ? found.Partitions : [])
        {
            Read(consumer, new TopicPartition(_options.Topic, partition.PartitionId), state, cancellation);
        }

        return [.. state.Values];
    }

    private static void Read(IConsumer<byte[]?, byte[]?> consumer, TopicPartition partition, Dictionary<string, AggregateRecord> state, CancellationToken cancellation)
    {
        var ends = consumer.QueryWatermarkOffsets(partition, Patience);
        if (ends.Low.Value >= ends.High.Value)
        {
            return;
        }

        consumer.Assign(new TopicPartitionOffset(partition, ends.Low));
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (consumer.Consume(Poll) is not { } record)
            {
                continue;
            }

            if (!record.IsPartitionEOF && record.Message.Key is { Length: > 0 } key)
            {
                var name = Convert.ToBase64String(key);
                if (record.Message.Value is null)
                {
                    state.Remove(name);
                }
                else
                {
                    state[name] = new AggregateRecord(key, record.Message.Value);
                }
            }

            if (record.Offset.Value + (record.IsPartitionEOF ? 0 : 1) >= ends.High.Value)
            {
                return;
            }
        }
    }

    private void Note(Error error)
    {
        if (ProduceOutcome.Of(error.Code) == Verdict.Hold)
        {
            if (_health.Hold($"{error.Reason} (state topic {_options.Topic})"))
            {
                Producing.Log.Held(_logger, _options.Name, error.Reason);
            }
        }
        else if (_health.Error($"state topic {_options.Topic}: {error.Reason}"))
        {
            Producing.Log.Retrying(_logger, _options.Name, error.Reason);
        }
    }
}
