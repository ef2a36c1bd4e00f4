using StreamEnricher.Core.Batches;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Values;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Splunk HEC envelopes, one a line: the common event plus <c>mitre_attack</c>, with indexed <c>fields</c>.</summary>
internal sealed class HecEncoder : SinkEncoder
{
    private readonly OutputOptions _options;
    private readonly byte[] _pipeline;
    private readonly DocumentLayout _layout;
    private readonly DocumentLayout _withOriginal;

    public HecEncoder(OutputOptions options, string index, string sourcetype)
    {
        _options = options;
        _pipeline = System.Text.Encoding.UTF8.GetBytes(ConstantPool.Quote(options.Pipeline));
        _layout = Layout(options, index, sourcetype, hasOriginal: false);
        _withOriginal = Layout(options, index, sourcetype, hasOriginal: true);
    }

    /// <inheritdoc />
    public override double Expansion => 2.5;

    /// <inheritdoc />
    public override void Encode(in NormalizedEvent normalized, EncodedBatch output)
    {
        CommonTexts.CommonMembers(normalized);
        SetEpochSeconds(normalized);
        SetHost(normalized);
        var writer = normalized.Scratch.Output;
        writer.Attach(output);
        DocumentWriter.Write(CommonEventLayout.HasOriginal(normalized, _options) ? _withOriginal : _layout, normalized, writer);
        output.Commit(normalized.Record, writer.Written);
        writer.Detach();
    }

    private static DocumentLayout Layout(OutputOptions options, string index, string sourcetype, bool hasOriginal)
    {
        var layout = new DocumentLayoutBuilder()
            .Text("{\"time\":").Value(CommonText.EpochSeconds)
            .Text(",\"host\":").Value(CommonText.Host)
            .Text(",\"source\":").Value(CommonText.Topic)
            .Text($",\"sourcetype\":{ConstantPool.Quote(sourcetype)},\"index\":{ConstantPool.Quote(index)},\"event\":{{")
            .AddCommonMembers()
            .Text(",").Value(CommonText.MitreMembers);
        if (hasOriginal)
        {
            // Techniques and evidence are in mitre_attack; a second copy in metadata would only count against the licence.
            layout.Text(",\"metadata\":{\"original_event\":").Value(CommonText.Event).Text("}");
        }

        layout.Text("},\"fields\":{\"event_id\":\"").Value(CommonText.EventId).Text("\",\"severity\":").Value(CommonText.Severity);
        if (options.KafkaPosition)
        {
            layout.Value(CommonText.IndexedPosition).Value(CommonText.Offset);
        }

        return layout.Value(CommonText.IndexedMembers).Text("}}\n").Build();
    }

    private static void SetEpochSeconds(in NormalizedEvent normalized)
    {
        var tokens = normalized.Scratch.Tokens;
        var start = tokens.Position;
        tokens.Advance(TimestampFormatter.WriteEpochSeconds(normalized.Seconds, normalized.Nanoseconds, tokens.Free(TimestampFormatter.MaxLength)));
        normalized.Scratch.Text(CommonText.EpochSeconds) = new FieldValue(ValuePlace.Scratch, start, tokens.Position - start);
    }

    private void SetHost(in NormalizedEvent normalized)
    {
        var host = TextPicker.Pick(normalized.Case.Host, normalized);
        if (!host.IsPresent)
        {
            var tokens = normalized.Scratch.Tokens;
            host = new FieldValue(ValuePlace.Scratch, tokens.Position, _pipeline.Length);
            tokens.Append(_pipeline);
        }

        normalized.Scratch.Text(CommonText.Host) = host;
    }
}
