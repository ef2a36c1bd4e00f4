using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Writes ECS documents.</summary>
internal static class EcsDocument
{
    /// <summary>Appends one document.</summary>
    public static void Write(in NormalizedEvent normalized, Utf8Writer writer, OutputOptions options)
    {
        var scratch = normalized.Scratch;
        var attribution = normalized.Attribution;
        var layout = scratch.Case.Ecs.Of(options, scratch.PresentValues, attribution.Shape);
        ref var text = ref MemoryMarshal.GetArrayDataReference(layout.Text);
        foreach (ref readonly var part in layout.Parts.AsSpan())
        {
            writer.AppendPadded(ref text, part.TextLength);
            text = ref Unsafe.Add(ref text, part.TextLength);
            switch (part.Kind)
            {
                case EcsPartKind.Value:
                    ref readonly var value = ref scratch.Values[part.Argument];
                    writer.AppendPadded(ref scratch.Start(value, normalized.Buffer, normalized.Plan), value.Length);
                    break;
                case EcsPartKind.Time:
                    writer.Append(scratch.Time);
                    break;
                case EcsPartKind.EventId:
                    writer.Append(normalized.EventId);
                    break;
                case EcsPartKind.Threat:
                    writer.Append(attribution.Threat);
                    break;
                case EcsPartKind.Rule:
                    writer.Append(attribution.Rule);
                    break;
                case EcsPartKind.Related:
                    RelatedList.Write(normalized.Case.Ecs.Related[part.Argument].Values, normalized, writer);
                    break;
                case EcsPartKind.SourceService:
                    CommonEventWriter.SourceService(normalized, writer);
                    break;
                case EcsPartKind.Attribution:
                    writer.Append(attribution.OwnMembers);
                    break;
                case EcsPartKind.Kafka:
                    KafkaPosition.Write(normalized, writer);
                    break;
                case EcsPartKind.Vendor:
                    Vendor(layout, normalized, writer);
                    break;
                case EcsPartKind.ProducerId:
                    ProducerId(normalized, writer);
                    break;
                case EcsPartKind.Original:
                    writer.AppendString(normalized.Batch.Value(normalized.Record));
                    break;
                case EcsPartKind.DegradedTags:
                    DegradedTags(part.Argument, normalized, writer);
                    break;
                default:
                    break;
            }
        }
    }

    private static void Vendor(EcsLayout layout, in NormalizedEvent normalized, Utf8Writer writer)
    {
        var start = writer.Position;
        writer.Append(layout.VendorOpen);
        var opened = writer.Position;
        VendorWriter.Write(normalized, writer);
        if (writer.Position == opened)
        {
            writer.RollBack(start);
        }
        else
        {
            writer.Append(layout.VendorClose);
        }
    }

    private static void ProducerId(in NormalizedEvent normalized, Utf8Writer writer)
    {
        if (!TextPicker.Write(normalized.Case.ProducerId, normalized, writer))
        {
            writer.Append((byte)'"');
            writer.Append(normalized.EventId);
            writer.Append((byte)'"');
        }
    }

    private static void DegradedTags(int value, in NormalizedEvent normalized, Utf8Writer writer)
    {
        writer.Append(value < 0 ? "["u8 : normalized.Value(value)[..^1]);
        writer.Comma();
        writer.Append("\"attribution_degraded\"]"u8);
    }
}
