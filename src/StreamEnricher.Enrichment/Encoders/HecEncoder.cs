using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Splunk HEC envelopes, one a line: the common event plus <c>mitre_attack</c>, with indexed <c>fields</c>.</summary>
internal sealed class HecEncoder : SinkEncoder
{
    private readonly OutputOptions _options;
    private readonly byte[] _pipeline;
    private readonly byte[] _tail;

    public HecEncoder(OutputOptions options, string index, string sourcetype)
    {
        _options = options;
        _pipeline = System.Text.Encoding.UTF8.GetBytes(ConstantPool.Quote(options.Pipeline));
        _tail = System.Text.Encoding.UTF8.GetBytes($",\"sourcetype\":{ConstantPool.Quote(sourcetype)},\"index\":{ConstantPool.Quote(index)},\"event\":{{");
    }

    /// <inheritdoc />
    public override double Expansion => 2.5;

    /// <inheritdoc />
    public override void Encode(in NormalizedEvent normalized, EncodedBatch output)
    {
        var writer = normalized.Scratch.Output;
        writer.Attach(output);
        writer.Append("{\"time\":"u8);
        writer.Advance(TimestampFormatter.WriteEpochSeconds(normalized.Seconds, normalized.Nanoseconds, writer.Free(40)));
        writer.Append(",\"host\":"u8);
        if (!TextPicker.Write(normalized.Case.Host, normalized, writer))
        {
            writer.Append(_pipeline);
        }

        writer.Append(",\"source\":"u8);
        KafkaPosition.Topic(normalized, writer);
        writer.Append(_tail);
        CommonEventWriter.Write(normalized, writer);
        var attribution = normalized.Attribution;
        writer.Append(",\"mitre_attack\":"u8);
        writer.Append(attribution.MitreAttack);
        if (attribution.Attribution.Degraded)
        {
            writer.Append(",\"degraded\":true"u8);
        }

        // Techniques and evidence are in mitre_attack; a second copy in metadata would only count against the licence.
        var metadata = writer.Position;
        writer.Append(",\"metadata\":{"u8);
        CommonEventWriter.OriginalEvent(normalized, writer, _options);
        writer.CloseOrTakeBack(metadata, (byte)'}');

        Fields(normalized, writer);
        writer.Append("}}\n"u8);
        output.Commit(normalized.Record, writer.Written);
        writer.Detach();
    }

    private void Fields(in NormalizedEvent normalized, Utf8Writer writer)
    {
        writer.Append("},\"fields\":{\"event_id\":\""u8);
        writer.Append(normalized.EventId);
        writer.Append("\",\"severity\":"u8);
        writer.Append(SeverityWords.Token(normalized.Severity));
        if (_options.KafkaPosition)
        {
            KafkaPosition.Write("\"kafka_topic\":"u8, "\"kafka_partition\":"u8, "\"kafka_offset\":"u8, normalized, writer);
        }

        if (normalized.Attribution.Attribution.Techniques.Count > 0)
        {
            writer.Append(",\"technique_id\":"u8);
            writer.Append(normalized.Attribution.TechniqueIds);
        }
    }
}
