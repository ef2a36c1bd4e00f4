using System.Buffers;
using System.Globalization;
using System.Text.Json;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Cli.Reloading;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Enriching;

namespace StreamEnricher.Cli.Api.Taps;

/// <summary>Makes of batches what a tap shows. The same record gives the same bytes wherever it is enriched, so a sink's own are made here again, beside the pipeline.</summary>
internal sealed class TapReader : IDisposable
{
    private const int WhereOutput = 0;
    private const int SinkOutput = 1;

    private readonly PipelineMetrics _metrics = new(PipelineMetrics.MeterName + ".Tap");
    private readonly FollowingEnricher _enricher;
    private readonly TapRequest _request;

    /// <param name="request">What is wanted.</param>
    /// <param name="current">The pipeline.</param>
    /// <param name="loggers">For faults of the engine itself.</param>
    public TapReader(TapRequest request, CurrentPipeline current, ILoggerFactory loggers)
    {
        _request = request;
        _enricher = new FollowingEnricher(current, version => Create(version, loggers));
    }

    /// <summary>The lines for what a batch has of interest; the batch's reference is taken over.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="most">Most lines.</param>
    /// <param name="cancellation">Ends waiting for attribution.</param>
    /// <returns>Lines of JSON with their ends, and how many events were of interest.</returns>
    public async Task<(IReadOnlyList<byte[]> Lines, int Matched)> ReadAsync(EventBatch batch, int most, CancellationToken cancellation)
    {
        var enriched = await _enricher.EnrichAsync(batch, cancellation);
        using var matching = enriched.BySink[WhereOutput];
        using var ofSink = enriched.BySink.Count > SinkOutput ? enriched.BySink[SinkOutput] : null;
        try
        {
            var matched = Records(matching);
            if (enriched.BySink.Count > SinkOutput)
            {
                matched.IntersectWith(Records(ofSink));
            }

            return (Lines(batch, enriched.BySink.Count > SinkOutput ? ofSink : matching, matched, most), matched.Count);
        }
        finally
        {
            batch.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _metrics.Dispose();

    private EventEnricher Create(PipelineVersion version, ILoggerFactory loggers)
    {
        var (plan, output) = (version.Plan, version.Plan.Output());
        var sinks = new List<EnrichedSink> { new("tap", new CommonEventEncoder(output, keyed: false), _request.Where) };
        if (_request.At is not (TapRequest.Source or TapRequest.Enriched))
        {
            sinks.Add(PipelineSinks.Encoders(version.Options, plan, output).First(sink => sink.Name == _request.At));
        }

        return plan.CreateEnricher(sinks, plan.Sources(version.Options.ReadSources), output, _metrics, loggers);
    }

    private static HashSet<int> Records(EncodedBatch? encoded)
    {
        var records = new HashSet<int>();
        for (var i = 0; i < (encoded?.Count ?? 0); i++)
        {
            records.Add(encoded!.Items[i].Record);
        }

        return records;
    }

    private List<byte[]> Lines(EventBatch batch, EncodedBatch? encoded, HashSet<int> matched, int most)
    {
        var lines = new List<byte[]>();
        for (var i = 0; i < (encoded?.Count ?? 0) && lines.Count < most; i++)
        {
            var item = encoded!.Items[i];
            if (matched.Contains(item.Record))
            {
                lines.Add(Line(batch, item.Record, _request.At == TapRequest.Source ? batch.Value(item.Record) : encoded.Value(item).Span));
            }
        }

        return lines;
    }

    private byte[] Line(EventBatch batch, int index, ReadOnlySpan<byte> value)
    {
        var output = new ArrayBufferWriter<byte>(value.Length + 256);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = ApiJson.Options.Encoder }))
        {
            var lease = batch.Lease(index);
            ref readonly var record = ref batch.Records[index];
            writer.WriteStartObject();
            writer.WriteString("at", _request.At);
            writer.WriteString("topic", lease.Topic);
            writer.WriteNumber("partition", lease.Partition);
            writer.WriteNumber("offset", record.Offset);
            writer.WriteString("event_id", record.EventId.ToString("x32", CultureInfo.InvariantCulture));
            WriteValue(writer, value.TrimEnd((byte)'\n'));
            writer.WriteEndObject();
        }

        return [.. output.WrittenSpan, (byte)'\n'];
    }

    /// <summary>A sink that takes an action line before each document gets both in one list.</summary>
    private static void WriteValue(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        var lineEnd = value.IndexOf((byte)'\n');
        if (lineEnd < 0)
        {
            writer.WritePropertyName("value");
            Redactor.Write(value, writer);
            return;
        }

        writer.WriteStartArray("lines");
        foreach (var range in value.Split((byte)'\n'))
        {
            Redactor.Write(value[range], writer);
        }

        writer.WriteEndArray();
    }
}
