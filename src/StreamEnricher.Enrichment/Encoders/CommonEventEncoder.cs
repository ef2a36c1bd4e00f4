using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>The common enriched event (contract §4): one JSON object an event, keyed like the record that it was made of.</summary>
internal sealed class CommonEventEncoder(OutputOptions options, bool keyed) : SinkEncoder
{
    private readonly DocumentLayout _layout = Layout(options, hasOriginal: false, keyed ? "" : "\n");
    private readonly DocumentLayout _withOriginal = Layout(options, hasOriginal: true, keyed ? "" : "\n");

    /// <inheritdoc />
    public override double Expansion => 2.5;

    /// <inheritdoc />
    public override void Encode(in NormalizedEvent normalized, EncodedBatch output)
    {
        CommonTexts.CommonMembers(normalized);
        var writer = normalized.Scratch.Output;
        writer.Attach(output);
        var key = keyed ? normalized.Batch.Key(normalized.Record) : default;
        writer.Append(key);
        DocumentWriter.Write(CommonEventLayout.HasOriginal(normalized, options) ? _withOriginal : _layout, normalized, writer);
        output.Commit(normalized.Record, writer.Written - key.Length, key.Length);
        writer.Detach();
    }

    private static DocumentLayout Layout(OutputOptions options, bool hasOriginal, string end)
    {
        var layout = new DocumentLayoutBuilder().Text("{").AddCommonMembers().Text(",\"metadata\":{").Value(CommonText.MetadataMembers);
        if (options.KafkaPosition)
        {
            layout.Text(",\"kafka\":{").Value(CommonText.Position).Value(CommonText.Offset).Text("}");
        }

        if (hasOriginal)
        {
            layout.Text(",\"original_event\":").Value(CommonText.Event);
        }

        return layout.Text("}}" + end).Build();
    }
}
