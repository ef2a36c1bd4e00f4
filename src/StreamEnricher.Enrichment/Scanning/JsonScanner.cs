using System.Runtime.InteropServices;
using System.Text.Unicode;
using StreamEnricher.Core.Events;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>
/// Reads an event once: checks it as strictly as Utf8JsonReader does, and its UTF-8 too, notes where the members of a plan lie, and collects the rest in runs.
/// </summary>
internal static class JsonScanner
{
    /// <summary>Deepest nesting, as Utf8JsonReader has it by default.</summary>
    public const int MaxDepth = 64;

    /// <summary>Scans one event.</summary>
    /// <param name="buffer">
    /// The event, directly followed by a line feed and 64 more readable bytes (<see cref="Core.Batches.EventBatch.Padding"/>). The line feed stops every inner
    /// loop, so that none of them compares with the end.
    /// </param>
    /// <param name="start">First byte of the event.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="plan">What to look for.</param>
    /// <param name="state">Receives what is found.</param>
    public static ScanStatus Scan(byte[] buffer, int start, int length, ScanPlan plan, ScanState state)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)start + length + Core.Batches.EventBatch.Padding, buffer.Length);
        state.Begin(plan.SlotCount);
        var text = buffer.AsSpan(start, length);
        if (!Utf8.IsValid(text))
        {
            state.ErrorAt = FirstInvalid(text);
            return ScanStatus.InvalidUtf8;
        }

        var walker = new JsonWalker(ref MemoryMarshal.GetArrayDataReference(buffer), start, start + length, state);
        var status = Document(ref walker, plan, state);
        if (status != ScanStatus.Ok)
        {
            state.ErrorAt = Math.Clamp(walker.Position - start, 0, length);
        }

        return status;
    }

    private static ScanStatus Document(ref JsonWalker walker, ScanPlan plan, ScanState state)
    {
        walker.SkipSpace();
        if (walker.IsAtEnd)
        {
            return ScanStatus.Empty;
        }

        if (walker.Current != (byte)'{')
        {
            return walker.Current is (byte)'[' or (byte)'"' or (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n' or (>= (byte)'0' and <= (byte)'9')
                ? ScanStatus.NotAnObject
                : ScanStatus.Malformed;
        }

        if (!Object(ref walker, plan, 0, consumed: false, state))
        {
            return walker.IsTooDeep ? ScanStatus.TooDeep : ScanStatus.Malformed;
        }

        walker.SkipSpace();
        return walker.IsAtEnd ? ScanStatus.Ok : ScanStatus.Malformed;
    }

    /// <summary>An object of a known level; the walker stands at its brace.</summary>
    /// <param name="consumed">A slot holds the whole object: its unmapped members are not collected.</param>
    private static bool Object(ref JsonWalker walker, ScanPlan plan, int level, bool consumed, ScanState state)
    {
        if (!walker.Enter())
        {
            return false;
        }

        var runStart = -1;
        var runEnd = 0;
        walker.SkipSpace();
        if (walker.Current == (byte)'}')
        {
            walker.Leave();
            return true;
        }

        while (true)
        {
            var nameStart = walker.Position;
            if (!walker.TryName(plan.Levels[level], out var entry, out var nameLength, out var isOdd))
            {
                return false;
            }

            var isKnown = entry is not null
                && (entry.Slot < 0 ? walker.Current == (byte)'{' : !state.Slots[entry.Slot].IsPresent);
            if (!isKnown)
            {
                if (!walker.SkipValue())
                {
                    return false;
                }

                state.HasDottedName |= isOdd;
                runStart = runStart < 0 ? nameStart : runStart;
                runEnd = walker.Position;
            }
            else
            {
                Flush(state, consumed, level, ref runStart, runEnd);
                if (!Known(ref walker, plan, entry!, nameStart, nameLength, consumed, state))
                {
                    return false;
                }
            }

            walker.SkipSpace();
            if (walker.Current == (byte)',')
            {
                walker.Step();
                walker.SkipSpace();
                continue;
            }

            if (walker.Current != (byte)'}')
            {
                return false;
            }

            Flush(state, consumed, level, ref runStart, runEnd);
            walker.Leave();
            return true;
        }
    }

    private static bool Known(ref JsonWalker walker, ScanPlan plan, ScanEntry entry, int nameStart, int nameLength, bool consumed, ScanState state)
    {
        var start = walker.Position;
        var collects = !consumed && entry.Slot < 0;
        TokenKind kind;
        if (walker.Current == (byte)'{' && entry.Child >= 0)
        {
            if (collects)
            {
                state.Add(new UnmappedSegment(SegmentKind.Open, entry.Child, nameStart, nameLength));
            }

            if (!Object(ref walker, plan, entry.Child, !collects, state))
            {
                return false;
            }

            if (collects)
            {
                state.Add(new UnmappedSegment(SegmentKind.Close, entry.Child, 0, 0));
            }

            kind = TokenKind.Object;
        }
        else if (!walker.TryValue(out kind))
        {
            return false;
        }

        if (entry.Slot >= 0)
        {
            state.Slots[entry.Slot] = new Slot(start, walker.Position - start, kind);
            state.Origins[entry.Slot] = entry.Index;
        }

        return true;
    }

    private static void Flush(ScanState state, bool consumed, int level, ref int runStart, int runEnd)
    {
        if (runStart >= 0 && !consumed)
        {
            state.Add(new UnmappedSegment(SegmentKind.Run, level, runStart, runEnd - runStart));
        }

        runStart = -1;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (at < text.Length && System.Text.Rune.DecodeFromUtf8(text[at..], out _, out var used) == System.Buffers.OperationStatus.Done)
        {
            at += used;
        }

        return at;
    }
}
