using System.Runtime.InteropServices;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Formats;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.Enrichment.Encoders;

/// <summary>Writes what has no ECS home: the members that no rule takes, copied in runs, and the values that no rule could use.</summary>
internal static class VendorWriter
{
    /// <summary>Notes which slots must be written under the vendor namespace: present, and not consumed by a rule.</summary>
    public static void CollectLeftovers(FormatPlan plan, EnrichScratch scratch)
    {
        var slots = scratch.Scan.Slots;
        for (var word = 0; word < Bits.Words(plan.Scan.SlotCount); word++)
        {
            for (var left = scratch.Scan.Present[word] & ~scratch.Consumed[word]; left != 0;)
            {
                var slot = Bits.Take(ref left, word);
                if (slots[slot].Kind != TokenKind.Null && slots[slot].Length > (slots[slot].IsString ? 2 : 0))
                {
                    scratch.Leftovers.Add(slot);
                }
            }
        }
    }

    /// <summary>Appends the members to an object that is open.</summary>
    public static void Write(in NormalizedEvent normalized, Utf8Writer writer)
    {
        var scan = normalized.Scratch.Scan;
        if (NeedsTree(normalized, scan))
        {
            normalized.Scratch.Tree.Write(normalized, writer);
            return;
        }

        Span<int> opened = stackalloc int[64];
        var depth = 0;
        var entries = normalized.Plan.Scan.Entries;
        for (var i = 0; i < scan.UnmappedCount; i++)
        {
            ref readonly var segment = ref scan.Unmapped[i];
            switch (segment.Kind)
            {
                case SegmentKind.Run:
                    writer.Comma();
                    writer.Append(normalized.Buffer.Slice(segment.Start, segment.Length));
                    break;
                case SegmentKind.Open:
                    opened[depth++] = writer.Position;
                    writer.Comma();
                    writer.Append(normalized.Buffer.Slice(segment.Start, segment.Length));
                    writer.Append(":{"u8);
                    break;
                default:
                    Leftovers(normalized, writer, segment.Level, entries);
                    depth--;
                    writer.CloseOrTakeBack(opened[depth], (byte)'}');
                    break;
            }
        }

        Leftovers(normalized, writer, 0, entries);
    }

    private static void Leftovers(in NormalizedEvent normalized, Utf8Writer writer, int level, ScanEntry[] entries)
    {
        foreach (var slot in CollectionsMarshal.AsSpan(normalized.Scratch.Leftovers))
        {
            var entry = entries[normalized.Scratch.Scan.Origins[slot]];
            if (entry.Level == level)
            {
                writer.Comma();
                writer.Append(entry.NameToken);
                writer.Append((byte)':');
                writer.Append(normalized.Slots[slot].Token(normalized.Buffer));
            }
        }
    }

    /// <summary>Names with dots must become objects, deep values must become text and long texts must be parted: all need to see the whole.</summary>
    private static bool NeedsTree(in NormalizedEvent normalized, ScanState scan)
    {
        if (scan.HasDottedName || scan.HasEscapedName || scan.MaxDepth > VendorTree.DepthLimit || normalized.EventLength > LongText.Limit)
        {
            return true;
        }

        foreach (var slot in CollectionsMarshal.AsSpan(normalized.Scratch.Leftovers))
        {
            if (normalized.Plan.Scan.Entries[scan.Origins[slot]].IsDotted)
            {
                return true;
            }
        }

        return false;
    }
}
