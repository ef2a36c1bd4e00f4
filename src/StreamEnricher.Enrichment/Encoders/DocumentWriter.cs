using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Writes documents by their layouts.</summary>
/// <remarks>
/// The place in the output is kept in locals, because a field would be read and written once a part. Whatever is more than a copy is left to others, who get the
/// place through the writer.
/// </remarks>
internal static class DocumentWriter
{
    /// <summary>Appends an ECS document.</summary>
    public static void WriteEcs(in NormalizedEvent normalized, Utf8Writer writer, OutputOptions options)
    {
        var scratch = normalized.Scratch;
        var layout = scratch.Case.Ecs.Of(options, scratch.PresentValues, normalized.Attribution.Shape);
        Write(layout.Document, normalized, writer);
    }

    /// <summary>Appends a document.</summary>
    /// <param name="layout">Its layout.</param>
    /// <param name="normalized">The event.</param>
    /// <param name="writer">Receives it.</param>
    [SkipLocalsInit]
    public static void Write(DocumentLayout layout, in NormalizedEvent normalized, Utf8Writer writer)
    {
        var attribution = normalized.Attribution;
        var places = normalized.Scratch.Places;
        var values = normalized.Scratch.AllValues;
        ref var text = ref MemoryMarshal.GetArrayDataReference(layout.Text);
        ref var part = ref MemoryMarshal.GetArrayDataReference(layout.Parts);
        var (output, at) = (writer.Array, writer.Position);
        while (true)
        {
            if (output.Length - at < part.TextLength + EventBatch.Padding)
            {
                output = writer.MoreRoom(at, part.TextLength);
            }

            Utf8Writer.CopyPadded(ref text, ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(output), at), part.TextLength);
            at += part.TextLength;
            text = ref Unsafe.Add(ref text, part.TextLength);
            if (part.Kind == PartKind.Value)
            {
                ref readonly var value = ref values[part.Argument];
                if (output.Length - at < value.Length + EventBatch.Padding)
                {
                    output = writer.MoreRoom(at, value.Length);
                }

                ref var source = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(places[(int)value.Place]), value.Start);
                Utf8Writer.CopyPadded(ref source, ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(output), at), value.Length);
                at += value.Length;
            }
            else if (part.Kind == PartKind.End)
            {
                writer.Position = at;
                return;
            }
            else if (Fragment(part.Kind, attribution) is { } fragment)
            {
                if (output.Length - at < fragment.Length)
                {
                    output = writer.MoreRoom(at, fragment.Length);
                }

                fragment.CopyTo(output.AsSpan(at));
                at += fragment.Length;
            }
            else
            {
                writer.Position = at;
                Special(layout, part, normalized, writer);
                (output, at) = (writer.Array, writer.Position);
            }

            part = ref Unsafe.Add(ref part, 1);
        }
    }

    private static byte[]? Fragment(PartKind kind, RenderedAttribution attribution) => kind switch
    {
        PartKind.Threat => attribution.Threat,
        PartKind.Rule => attribution.Rule,
        PartKind.OwnMembers => attribution.OwnMembers,
        PartKind.CommonMembers => attribution.CommonMembers,
        PartKind.MetadataMembers => attribution.MetadataMembers,
        PartKind.MitreMembers => attribution.MitreMembers,
        PartKind.IndexedMembers => attribution.IndexedMembers,
        _ => null,
    };

    private static void Special(DocumentLayout layout, in DocumentPart part, in NormalizedEvent normalized, Utf8Writer writer)
    {
        switch (part.Kind)
        {
            case PartKind.Related:
                RelatedList.Write(normalized.Case.Ecs.Related[part.Argument].Values, normalized, writer);
                break;
            case PartKind.RelatedIndicators:
                RelatedIndicatorWriter.Write(normalized, writer);
                break;
            case PartKind.Vendor:
                Vendor(layout, normalized, writer);
                break;
            case PartKind.ProducerId:
                ProducerId(normalized, writer);
                break;
            case PartKind.Original:
                writer.AppendString(normalized.Batch.Value(normalized.Record));
                break;
            case PartKind.DegradedTags:
                DegradedTags(part.Argument, normalized, writer);
                break;
            default:
                throw new InvalidOperationException($"nobody writes {part.Kind}");
        }
    }

    private static void Vendor(DocumentLayout layout, in NormalizedEvent normalized, Utf8Writer writer)
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
        if (TextPicker.Pick(normalized.Case.ProducerId, normalized) is { IsPresent: true } own)
        {
            writer.Append(normalized.Bytes(own));
            return;
        }

        writer.Append((byte)'"');
        writer.Append(normalized.EventId);
        writer.Append((byte)'"');
    }

    private static void DegradedTags(int value, in NormalizedEvent normalized, Utf8Writer writer)
    {
        writer.Append(value < 0 ? "["u8 : normalized.Value(value)[..^1]);
        writer.Comma();
        writer.Append("\"attribution_degraded\"]"u8);
    }
}
