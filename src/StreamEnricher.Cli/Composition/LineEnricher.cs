using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Delivery;

namespace StreamEnricher.Cli.Composition;

/// <summary>Enriches lines and writes what one encoder makes of them: in the order of the lines, several batches at the same time.</summary>
/// <param name="lines">Where lines come from.</param>
/// <param name="enrich">An enricher with one sink.</param>
/// <param name="parallelism">Batches in work at the same time.</param>
internal sealed class LineEnricher(LineBatches lines, BatchEnricher enrich, int parallelism)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ArrayBufferWriter<byte> _buffer = new(1 << 16);

    /// <summary>Writes all; returns the number of lines that could not be enriched.</summary>
    public async Task<long> RunAsync(Stream output, CancellationToken cancellation)
    {
        var inWork = new Queue<Task<EnrichedBatch>>();
        long refused = 0;
        while (true)
        {
            var batch = await lines.NextAsync(cancellation);
            if (batch is not null)
            {
                inWork.Enqueue(Task.Run(async () => await enrich(batch, cancellation), cancellation));
            }

            while (inWork.Count > (batch is null ? 0 : parallelism))
            {
                refused += await WriteAsync(await inWork.Dequeue(), output, cancellation);
            }

            if (batch is null)
            {
                await output.FlushAsync(cancellation);
                return refused;
            }
        }
    }

    private async ValueTask<int> WriteAsync(EnrichedBatch enriched, Stream output, CancellationToken cancellation)
    {
        var encoded = enriched.BySink[0];
        try
        {
            _buffer.Clear();
            Merge(encoded, enriched);
            await output.WriteAsync(_buffer.WrittenMemory, cancellation);
            return enriched.Rejected.Count;
        }
        finally
        {
            encoded?.Dispose();
            enriched.Source.Release();
        }
    }

    /// <summary>Items come in the order in which they were finished (those that waited for attribution last); lines must come in theirs.</summary>
    private void Merge(EncodedBatch? encoded, EnrichedBatch enriched)
    {
        var items = encoded is null ? [] : Enumerable.Range(0, encoded.Count).ToArray();
        var records = encoded is null ? [] : Array.ConvertAll(items, item => encoded.Items[item].Record);
        if (!records.AsSpan().SequenceEqual(records.Order().ToArray()))
        {
            items = [.. items.OrderBy(item => records[item])];
        }

        var rejected = enriched.Rejected.OrderBy(one => one.Record).ToList();
        var next = 0;
        foreach (var item in items)
        {
            for (; next < rejected.Count && rejected[next].Record < records[item]; next++)
            {
                WriteRejection(rejected[next]);
            }

            WriteLine(encoded!.Value(encoded.Items[item]).Span);
        }

        for (; next < rejected.Count; next++)
        {
            WriteRejection(rejected[next]);
        }
    }

    private void WriteLine(ReadOnlySpan<byte> line)
    {
        _buffer.Write(line);
        if (line.IsEmpty || line[^1] != (byte)'\n')
        {
            _buffer.Write("\n"u8);
        }
    }

    private void WriteRejection(RejectedRecord rejected)
    {
        using (var writer = new Utf8JsonWriter(_buffer, Relaxed))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("dead_letter");
            writer.WriteString("reason", rejected.Reason);
            writer.WriteString("detail", rejected.Detail);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        _buffer.Write("\n"u8);
    }
}
