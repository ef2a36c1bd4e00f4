using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>The common enriched event (contract §4): one JSON object an event, keyed like the record that it was made of.</summary>
internal sealed class CommonEventEncoder(OutputOptions options, bool keyed) : SinkEncoder
{
    /// <inheritdoc />
    public override double Expansion => 2.5;

    /// <inheritdoc />
    public override void Encode(in NormalizedEvent normalized, EncodedBatch output)
    {
        var writer = normalized.Scratch.Output;
        writer.Attach(output);
        var key = keyed ? normalized.Batch.Key(normalized.Record) : default;
        writer.Append(key);
        Write(normalized, writer, options);
        if (!keyed)
        {
            writer.Append((byte)'\n');
        }

        output.Commit(normalized.Record, writer.Written - key.Length, key.Length);
        writer.Detach();
    }

    private static void Write(in NormalizedEvent normalized, Utf8Writer writer, OutputOptions options)
    {
        writer.Append((byte)'{');
        CommonEventWriter.Write(normalized, writer);
        writer.Append(",\"metadata\":{"u8);
        writer.Append(normalized.Attribution.MetadataMembers);
        if (options.KafkaPosition)
        {
            writer.Append(",\"kafka\":{"u8);
            KafkaPosition.Write(normalized, writer);
            writer.Append((byte)'}');
        }

        CommonEventWriter.OriginalEvent(normalized, writer, options);
        writer.Append("}}"u8);
    }
}
