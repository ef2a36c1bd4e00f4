using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Delivery.Files;
using StreamEnricher.Delivery.Retry;

namespace StreamEnricher.Delivery.DeadLetters;

/// <summary>Dead letters as NDJSON files in a folder (contract §5): the names of the Kafka headers, with key and value as base64.</summary>
public sealed class DirectoryDeadLetterStore : IDeadLetterStore
{
    /// <summary>Beginning of the names of its files.</summary>
    internal const string FileName = "dead-letters";

    private readonly string _directory;
    private readonly RotatingFile _file;
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly TimeProvider _time;
    private readonly Backoff _backoff;
    private readonly SinkReporter _report;

    /// <param name="directory">Folder; made when it is missing.</param>
    /// <param name="metrics">Counters.</param>
    /// <param name="time">Clock of <c>dead_letter.time</c> and of waits.</param>
    /// <param name="logger">State changes.</param>
    public DirectoryDeadLetterStore(string directory, PipelineMetrics metrics, TimeProvider time, ILogger<DirectoryDeadLetterStore> logger)
    {
        _directory = directory;
        _file = new RotatingFile(new FileSinkOptions { Name = FileName, Directory = directory }, time);
        _time = time;
        _backoff = new Backoff(time, Random.Shared);
        Health = new SinkHealth(time);
        _report = new SinkReporter("dead_letters", Health, metrics, logger);
    }

    /// <inheritdoc />
    public SinkHealth Health { get; }

    /// <inheritdoc />
    public async ValueTask WriteAsync(string sink, EventBatch source, IReadOnlyList<RejectedRecord> rejected, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(rejected);
        var lines = Lines(sink, source, rejected);
        await _one.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            for (var attempt = 1; !TryAppend(lines); attempt++)
            {
                await _backoff.WaitAsync(attempt, null, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _file.Dispose();
        _one.Dispose();
        return ValueTask.CompletedTask;
    }

    private bool TryAppend(byte[] lines)
    {
        try
        {
            _file.Append(lines);
            _report.Succeeded();
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _report.Hold($"cannot write dead letters to {_directory}: {error.Message}");
            return false;
        }
    }

    private byte[] Lines(string sink, EventBatch source, IReadOnlyList<RejectedRecord> rejected)
    {
        var time = _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        using var lines = new MemoryStream();
        foreach (var letter in rejected)
        {
            using (var writer = new Utf8JsonWriter(lines, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            {
                Write(writer, sink, source, letter, time);
            }

            lines.WriteByte((byte)'\n');
        }

        return lines.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, string sink, EventBatch source, RejectedRecord letter, string time)
    {
        var record = source.Records[letter.Record];
        var position = source.Position(letter.Record);
        writer.WriteStartObject();
        writer.WriteString("event_id", record.EventId.ToString("x32", CultureInfo.InvariantCulture));
        writer.WriteString("dead_letter.reason", letter.Reason);
        writer.WriteString("dead_letter.detail", letter.Detail);
        writer.WriteString("dead_letter.sink", sink);
        writer.WriteString("dead_letter.topic", position.Topic);
        writer.WriteNumber("dead_letter.partition", position.Partition);
        writer.WriteNumber("dead_letter.offset", position.Offset);
        writer.WriteNumber("dead_letter.attempts", letter.Attempts);
        writer.WriteString("dead_letter.time", time);
        writer.WriteNumber("dead_letter.timestamp", record.Timestamp);
        if (record.KeyLength >= 0)
        {
            writer.WriteBase64String("key_base64", source.Key(letter.Record));
        }

        if (record.ValueLength >= 0)
        {
            writer.WriteBase64String("value_base64", source.Value(letter.Record));
        }

        if (record.HeadersLength > 0)
        {
            writer.WriteStartArray("headers");
            foreach (var (name, value) in RecordHeaders.Read(source.Headers(letter.Record)))
            {
                writer.WriteStartObject();
                writer.WriteString("name", name);
                if (value is not null)
                {
                    writer.WriteBase64String("value_base64", value);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
