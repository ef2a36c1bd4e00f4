namespace StreamEnricher.Enrichment.Encoders;

/// <summary>The parts of an ECS document that are not simply a mapped value.</summary>
internal static class EcsSpecials
{
    public static void Write(in EcsInstruction instruction, in NormalizedEvent normalized, Utf8Writer writer, OutputOptions options)
    {
        switch (instruction.Step)
        {
            case EcsStep.Literal:
                writer.Comma();
                writer.Append(instruction.Name);
                break;
            case EcsStep.Timestamp:
                writer.Comma();
                writer.Append(instruction.Name);
                Converter.WriteTime(writer, normalized.Seconds, normalized.Nanoseconds, ref normalized.Scratch.Days);
                break;
            case EcsStep.EventId:
                EventId(normalized, writer, options);
                break;
            case EcsStep.Original when options.Original:
                writer.Comma();
                writer.Append("\"original\":"u8);
                writer.AppendString(normalized.Batch.Value(normalized.Record));
                break;
            case EcsStep.Tags:
                Tags(instruction, normalized, writer);
                break;
            case EcsStep.Threat when normalized.Attribution.Threat.Length > 0:
                writer.Comma();
                writer.Append(normalized.Attribution.Threat);
                break;
            case EcsStep.Related:
                Related(normalized, writer);
                break;
            case EcsStep.Own:
                Own(normalized, writer);
                break;
            case EcsStep.Kafka when options.KafkaPosition:
                KafkaPosition.Write(normalized, writer);
                break;
            case EcsStep.Vendor when options.KeepUnmapped:
                VendorWriter.Write(normalized, writer);
                break;
            default:
                break;
        }
    }

    private static void EventId(in NormalizedEvent normalized, Utf8Writer writer, OutputOptions options)
    {
        writer.Comma();
        writer.Append("\"id\":"u8);
        if (!options.ProducerEventId || !TextPicker.Write(normalized.Case.ProducerId, normalized, writer))
        {
            writer.Append((byte)'"');
            writer.Append(normalized.EventId);
            writer.Append((byte)'"');
        }
    }

    private static void Tags(in EcsInstruction instruction, in NormalizedEvent normalized, Utf8Writer writer)
    {
        var tags = instruction.Value < 0 ? default : normalized.Value(instruction.Value);
        if (!normalized.Attribution.Attribution.Degraded)
        {
            if (!tags.IsEmpty)
            {
                writer.Member(instruction.Name, tags);
            }

            return;
        }

        writer.Comma();
        writer.Append(instruction.Name);
        writer.Append(tags.IsEmpty ? "["u8 : tags[..^1]);
        writer.Comma();
        writer.Append("\"attribution_degraded\"]"u8);
    }

    private static void Related(in NormalizedEvent normalized, Utf8Writer writer)
    {
        var program = normalized.Case.Ecs;
        RelatedList.Write("\"ip\":["u8, program.RelatedIp, normalized, writer);
        RelatedList.Write("\"user\":["u8, program.RelatedUser, normalized, writer);
        RelatedList.Write("\"hosts\":["u8, program.RelatedHosts, normalized, writer);
        RelatedList.Write("\"hash\":["u8, program.RelatedHash, normalized, writer);
    }

    private static void Own(in NormalizedEvent normalized, Utf8Writer writer)
    {
        var attribution = normalized.Attribution;
        writer.Append("\"event_id\":\""u8);
        writer.Append(normalized.EventId);
        writer.Append("\",\"source_service\":"u8);
        CommonEventWriter.SourceService(normalized, writer);
        writer.Append(",\"confidence_score\":"u8);
        writer.Append(attribution.Score);
        if (attribution.Evidence.Length > 2)
        {
            writer.Append(",\"evidence\":"u8);
            writer.Append(attribution.Evidence);
        }

        if (attribution.Attribution.Techniques.Count > 0)
        {
            writer.Append(",\"attack_version\":\""u8);
            writer.Append(attribution.CatalogueVersion);
            writer.Append((byte)'"');
        }

        if (attribution.Attribution.Degraded)
        {
            writer.Append(",\"degraded\":true"u8);
        }
    }
}
