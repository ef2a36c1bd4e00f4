using Confluent.Kafka;
using StreamEnricher.Kafka.Producing;

namespace StreamEnricher.Kafka.Transactions;

/// <summary>One transaction after the other: records of one topic, and offsets of groups. For one caller at a time.</summary>
/// <remarks>A producer that failed for good is replaced under the same transactional id; that ends whatever it left open.</remarks>
/// <param name="topic">Where records go.</param>
/// <param name="build">Makes a transactional producer.</param>
/// <param name="time">Clock of waits.</param>
internal sealed class TransactionalWriter(string topic, Func<IProducer<byte[], byte[]>> build, TimeProvider time) : IDisposable
{
    /// <summary>A transaction that takes longer is aborted by the broker. So long may a crash of this process keep its partitions from their next owner.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan QueueFullWait = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(20);
    private const int CommitTries = 3;
    private IProducer<byte[], byte[]>? _producer;

    /// <summary>Writes records and offsets in one transaction.</summary>
    /// <param name="messages">The records.</param>
    /// <param name="alone">Whether a record is sent in a request of its own.</param>
    /// <param name="offsets">Called when all records are written, outside of the calling thread: the offsets to commit, by group; null to give it up.</param>
    public async Task<TransactionResult> RunAsync(
        IReadOnlyList<Message<byte[], byte[]>> messages, Func<int, bool> alone, Func<Task<IReadOnlyList<GroupFence>?>> offsets)
    {
        try
        {
            var producer = _producer ??= await OpenAsync();
            producer.BeginTransaction();
            var failed = await SendAsync(producer, messages, alone);
            if (failed.Count > 0)
            {
                return await AbortAsync(producer, failed[0].Error, failed);
            }

            if (await offsets() is not { } groups)
            {
                return await AbortAsync(producer, null, []);
            }

            await BlockAsync(() =>
            {
                foreach (var group in groups)
                {
                    producer.SendOffsetsToTransaction(group.Offsets, group.Metadata!, CallTimeout);
                }
            });
            return await CommitAsync(producer);
        }
        catch (OperationCanceledException) when (_producer is not null)
        {
            await AbortAsync(_producer, null, []);
            throw;
        }
        catch (KafkaTxnRequiresAbortException error) when (_producer is not null)
        {
            return await AbortAsync(_producer, error.Error, []);
        }
        catch (KafkaException error)
        {
            Drop();
            return new TransactionResult(TransactionOutcome.Aborted, error.Error);
        }
    }

    /// <summary>Ends what a former producer of the same transactional id may have left open: afterwards the groups tell what was committed.</summary>
    /// <exception cref="KafkaException">The brokers did not answer.</exception>
    public async Task RecoverAsync()
    {
        Drop();
        _producer = await OpenAsync();
    }

    /// <inheritdoc />
    public void Dispose() => Drop();

    private async Task<IProducer<byte[], byte[]>> OpenAsync()
    {
        var producer = build();
        try
        {
            await BlockAsync(() => producer.InitTransactions(CallTimeout));
            return producer;
        }
        catch (KafkaException)
        {
            producer.Dispose();
            throw;
        }
    }

    private async Task<List<(int Index, Error Error)>> SendAsync(IProducer<byte[], byte[]> producer, IReadOnlyList<Message<byte[], byte[]>> messages, Func<int, bool> alone)
    {
        var together = Enumerable.Range(0, messages.Count).Where(index => !alone(index)).ToList();
        var failed = await SendAsync(producer, messages, together);
        for (var index = 0; index < messages.Count && failed.Count == 0; index++)
        {
            if (alone(index))
            {
                failed = await SendAsync(producer, messages, [index]);
            }
        }

        return failed;
    }

    private async Task<List<(int Index, Error Error)>> SendAsync(IProducer<byte[], byte[]> producer, IReadOnlyList<Message<byte[], byte[]>> messages, List<int> indexes)
    {
        if (indexes.Count == 0)
        {
            return [];
        }

        var round = new ProduceRound(indexes.Count);
        foreach (var index in indexes)
        {
            while (!TryProduce(producer, messages[index], index, round))
            {
                await Task.Delay(QueueFullWait, time);
            }
        }

        await round.Done;
        return round.Failed;
    }

    private bool TryProduce(IProducer<byte[], byte[]> producer, Message<byte[], byte[]> message, int index, ProduceRound round)
    {
        try
        {
            producer.Produce(topic, message, round.Handler(index));
        }
        catch (ProduceException<byte[], byte[]> refusal) when (refusal.Error.Code == ErrorCode.Local_QueueFull)
        {
            return false;
        }
        catch (KafkaException refusal)
        {
            round.Report(index, refusal.Error);
        }

        return true;
    }

    private async Task<TransactionResult> CommitAsync(IProducer<byte[], byte[]> producer)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await BlockAsync(() => producer.CommitTransaction(CallTimeout));
                return new TransactionResult(TransactionOutcome.Committed);
            }
            catch (KafkaRetriableException) when (attempt < CommitTries)
            {
                // The same commit goes on.
                continue;
            }
            catch (KafkaTxnRequiresAbortException)
            {
                throw;
            }
            catch (KafkaException error)
            {
                Drop();
                return new TransactionResult(TransactionOutcome.Unknown, error.Error);
            }
        }
    }

    private async Task<TransactionResult> AbortAsync(IProducer<byte[], byte[]> producer, Error? cause, IReadOnlyList<(int Index, Error Error)> failed)
    {
        try
        {
            await BlockAsync(() => producer.AbortTransaction(CallTimeout));
        }
        catch (KafkaException)
        {
            // A new producer of the same id ends it.
            Drop();
        }

        return new TransactionResult(TransactionOutcome.Aborted, cause, failed);
    }

    /// <summary>A call that blocks for as long as the brokers take, on a thread of its own: the pool's few are needed by commits and deliveries.</summary>
    private static Task BlockAsync(Action call) => Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Drop()
    {
        _producer?.Dispose();
        _producer = null;
    }
}
