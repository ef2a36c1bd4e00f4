using Confluent.Kafka;

namespace StreamEnricher.Kafka.Consuming;

/// <summary>A consumer that closes once it is disposed and its last call has returned: a call that waits for the brokers needs the handle until then.</summary>
internal sealed class LastingConsumer(IConsumer<byte[], byte[]> consumer) : IDisposable
{
    private readonly Lock _gate = new();
    private int _calls;
    private bool _disposed;

    /// <summary>Makes a blocking call on a thread of the pool.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed before.</exception>
    public Task<T> CallAsync<T>(Func<IConsumer<byte[], byte[]>, T> call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _calls++;
        }

        return Task.Run(() =>
        {
            try
            {
                return call(consumer);
            }
            finally
            {
                End();
            }
        });
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (_calls > 0)
            {
                return;
            }
        }

        consumer.Dispose();
    }

    private void End()
    {
        lock (_gate)
        {
            if (--_calls > 0 || !_disposed)
            {
                return;
            }
        }

        consumer.Dispose();
    }
}
