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
        writer.Append(normalized.Lease.Topic);
        writer.Append(_tail);
        CommonEventWriter.Write(normalized, writer);
        writer.Append((byte)',');
        writer.Append(normalized.Attribution.MitreMembers);

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
            KafkaPosition.WriteIndexed(normalized, writer);
        }

        writer.Append(normalized.Attribution.IndexedMembers);
    }
}
