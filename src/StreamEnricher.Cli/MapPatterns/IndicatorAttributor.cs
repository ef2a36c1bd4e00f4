using System.Text.Json;
using StreamEnricher.Cli.Composition;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Memory;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Encoders;
using StreamEnricher.Enrichment.Enriching;

namespace StreamEnricher.Cli.MapPatterns;

/// <summary>Finds techniques of indicators with a pipeline's embedded providers: each is made an event of our own detection services, and that is attributed. Thread-safe.</summary>
internal sealed class IndicatorAttributor : IDisposable
{
    private const string Source = "indicators";
    private const string Format = "detection";
    private const string UnknownTime = "1970-01-01T00:00:00Z";

    private readonly PipelineMetrics _metrics = new(PipelineMetrics.MeterName + ".MapPatterns");
    private readonly EventEnricher _enricher;

    /// <param name="plan">Formats and attribution; without the service, which this stands for.</param>
    /// <param name="loggers">For faults of the engine itself.</param>
    /// <exception cref="CompositionException">The format of detection events is not there.</exception>
    public IndicatorAttributor(EnrichmentPlan plan, ILoggerFactory loggers)
    {
        var format = plan.Formats.Find(Format) ?? throw new CompositionException($"the format '{Format}' is missing beside the executable");
        var output = plan.Output() with { KafkaPosition = false };
        _enricher = plan.CreateEnricher(
            [new EnrichedSink(Source, new CommonEventEncoder(output, keyed: false), null)], [new SourceFormat(Source, format)], output, _metrics, loggers, preview: true);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="indicators">At least type and value of each must be there.</param>
    /// <param name="cancellation">Ends the work.</param>
    public async Task<PatternReply> AnswerAsync(IReadOnlyList<PatternIndicator> indicators, CancellationToken cancellation)
    {
        var results = new PatternReply[indicators.Count];
        Array.Fill(results, ReplyOf([]));
        if (indicators.Count > 0)
        {
            var enriched = await _enricher.EnrichAsync(Batch(indicators), cancellation);
            using (var events = enriched.BySink[0])
            {
                for (var at = 0; at < (events?.Count ?? 0); at++)
                {
                    var item = events!.Items[at];
                    using var common = JsonDocument.Parse(events.Value(item));
                    results[item.Record] = ReplyOf(Techniques(common.RootElement));
                }
            }

            enriched.Source.Release();
        }

        var merged = results.SelectMany(result => result.Techniques).GroupBy(technique => technique.Id, StringComparer.Ordinal).Select(group => group.MaxBy(technique => technique.Confidence)!);
        return ReplyOf(merged) with { Results = results };
    }

    /// <inheritdoc />
    public void Dispose() => _metrics.Dispose();

    private static PatternReply ReplyOf(IEnumerable<PatternTechnique> techniques)
    {
        var ordered = techniques.OrderBy(technique => technique.Id, StringComparer.Ordinal).ToList();
        return new PatternReply(ordered, [], ordered.ToDictionary(technique => technique.Id, technique => technique.Confidence, StringComparer.Ordinal));
    }

    private static IEnumerable<PatternTechnique> Techniques(JsonElement common)
    {
        foreach (var detail in common.GetProperty("metadata").GetProperty("technique_details").EnumerateArray())
        {
            yield return new PatternTechnique(
                detail.GetProperty("id").GetString()!,
                detail.GetProperty("name").GetString()!,
                Texts(detail.GetProperty("tactics")),
                Texts(detail.GetProperty("tactic_ids")),
                detail.GetProperty("confidence").GetDouble());
        }
    }

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];

    private static EventBatch Batch(IReadOnlyList<PatternIndicator> indicators)
    {
        var lease = new PartitionLease(Source, Source, 0, [0]);
        byte[][] events = [.. indicators.Select(EventOf)];
        var batch = new EventBatch(events.Sum(one => EventBatch.SizeOf(lease, 0, one.Length, 0)), events.Length, MemoryLease.Unlimited);
        for (var at = 0; at < events.Length; at++)
        {
            batch.TryAppend(lease, at, 0, events[at], valueIsNull: false, default, keyIsNull: true, default);
        }

        return batch;
    }

    /// <summary>The event; tags count as technique ids where they are some (attack.t1059), and are searched for phrases with the description.</summary>
    private static byte[] EventOf(PatternIndicator indicator)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("event_type", "alert");
            writer.WriteString("timestamp", indicator.Timestamp ?? UnknownTime);
            writer.WriteString("description", indicator.Description ?? "");
            if (!string.IsNullOrEmpty(indicator.Severity))
            {
                writer.WriteString("severity", indicator.Severity);
            }

            Tags(writer, "technique_ids", indicator);
            writer.WriteStartArray("related_indicators");
            writer.WriteStartObject();
            writer.WriteString("id", indicator.Id ?? "");
            writer.WriteString("type", indicator.Type);
            writer.WriteString("value", indicator.Value);
            Tags(writer, "tags", indicator);
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void Tags(Utf8JsonWriter writer, string name, PatternIndicator indicator)
    {
        writer.WriteStartArray(name);
        foreach (var tag in indicator.Tags ?? [])
        {
            writer.WriteStringValue(tag ?? "");
        }

        writer.WriteEndArray();
    }
}
