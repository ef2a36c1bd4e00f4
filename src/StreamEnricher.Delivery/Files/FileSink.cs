using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Delivery.Retry;

namespace StreamEnricher.Delivery.Files;

/// <summary>Writes each batch as one block of lines to a <see cref="RotatingFile"/>; a batch counts as delivered once the disk has it.</summary>
public sealed class FileSink : IEventSink
{
    private readonly FileSinkOptions _options;
    private readonly RotatingFile _file;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly Backoff _backoff;
    private readonly SinkReporter _report;

    /// <param name="options">Folder and rotation.</param>
    /// <param name="metrics">Counters; the sink counts its own events.</param>
    /// <param name="time">Clock of file names, rotation and waits.</param>
    /// <param name="logger">State changes.</param>
    public FileSink(FileSinkOptions options, PipelineMetrics metrics, TimeProvider time, ILogger<FileSink> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _file = new RotatingFile(options, time);
        _backoff = new Backoff(time, Random.Shared);
        Health = new SinkHealth(time);
        _report = new SinkReporter(options.Name, Health, metrics, logger);
    }

    /// <inheritdoc />
    public string Name => _options.Name;

    /// <inheritdoc />
    public SinkHealth Health { get; }

    /// <inheritdoc />
    public async ValueTask<IReadOnlyList<RejectedRecord>> DeliverAsync(EncodedBatch batch, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count == 0)
        {
            return [];
        }

        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            for (var attempt = 1; !TryAppend(batch); attempt++)
            {
                await _backoff.WaitAsync(attempt, null, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            _one.Release();
        }

        _report.Settled("delivered", batch.Count);
        _report.Succeeded();
        return [];
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        _one.Dispose();
        return ValueTask.CompletedTask;
    }

    private bool TryAppend(EncodedBatch batch)
    {
        try
        {
            var bytes = new ItemRange(0, batch.Count).Bytes(batch);
            _file.Append(bytes.Span);
            _report.Request(200, bytes.Length);
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A full or read-only disk is the operator's to repair; the events wait in Kafka.
            _report.Hold($"cannot write to {_options.Directory}: {error.Message}");
            return false;
        }
    }
}
