using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Writes documents by their layouts.</summary>
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
    public static void Write(DocumentLayout layout, in NormalizedEvent normalized, Utf8Writer writer)
    {
        var places = normalized.Scratch.Places;
        var values = normalized.Scratch.AllValues;
        foreach (var text in layout.AttributionTexts)
        {
            var bytes = normalized.Attribution.Text(text);
            var place = ValuePlace.Attribution + (text - CommonText.Threat);
            places[(int)place] = bytes;
            values[(int)text] = new FieldValue(place, 0, bytes.Length - EventBatch.Padding);
        }

        var index = 0;
        while (true)
        {
            var at = writer.Position;
            index = CopyParts(layout, index, places, values, writer.Array, ref at);
            writer.Position = at;
            ref readonly var part = ref layout.Parts[index];
            if (part.Kind == PartKind.Value)
            {
                writer.MakeRoom(part.TextLength + values[part.Argument].Length);
                continue;
            }

            writer.Append(layout.Text.AsSpan(part.TextStart, part.TextLength));
            if (part.Kind == PartKind.End)
            {
                return;
            }

            Special(layout, part, normalized, writer);
            index++;
        }
    }

    /// <summary>Copies parts until one is more than a copy or does not fit; returns its index. Calls nothing, so that all that it needs stays in registers.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="index">The first part.</param>
    /// <param name="places">What values lie in.</param>
    /// <param name="values">The values.</param>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="position">Where it receives them; moves on.</param>
    private static int CopyParts(DocumentLayout layout, int index, byte[][] places, FieldValue[] values, byte[] output, ref int position)
    {
        ref var text = ref MemoryMarshal.GetArrayDataReference(layout.Text);
        ref var parts = ref MemoryMarshal.GetArrayDataReference(layout.Parts);
        ref var target = ref MemoryMarshal.GetArrayDataReference(output);
        ref var firstValue = ref MemoryMarshal.GetArrayDataReference(values);
        ref var firstPlace = ref MemoryMarshal.GetArrayDataReference(places);
        var end = output.Length - EventBatch.Padding;
        var at = position;
        while (true)
        {
            ref readonly var part = ref Unsafe.Add(ref parts, index);
            if (part.Kind != PartKind.Value)
            {
                break;
            }

            ref readonly var value = ref Unsafe.Add(ref firstValue, part.Argument);
            var valueAt = at + part.TextLength;
            if (valueAt + value.Length > end)
            {
                break;
            }

            Utf8Writer.CopyPadded(ref Unsafe.Add(ref text, part.TextStart), ref Unsafe.Add(ref target, at), part.TextLength);
            ref var place = ref MemoryMarshal.GetArrayDataReference(Unsafe.Add(ref firstPlace, (int)value.Place));
            Utf8Writer.CopyPadded(ref Unsafe.Add(ref place, value.Start), ref Unsafe.Add(ref target, valueAt), value.Length);
            at = valueAt + value.Length;
            index++;
        }

        position = at;
        return index;
    }

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
