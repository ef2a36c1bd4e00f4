using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using StreamEnricher.Core.Batches;

namespace StreamEnricher.Enrichment.Scanning;

/// <summary>
/// Reads an event once: notes where the members of a plan lie, collects the rest in runs, and checks all of it. Refuses exactly what Utf8JsonReader refuses with its
/// default options, and invalid UTF-8, which that reader lets through. Let through, because JSON allows them: duplicate names, lone surrogates as escapes, 1e999.
/// </summary>
internal static class JsonScanner
{
    /// <summary>Deepest nesting, as Utf8JsonReader has it by default.</summary>
    public const int MaxDepth = 64;

    /// <summary>Scans one event. White space before and after the object is fine.</summary>
    /// <param name="buffer">
    /// A buffer in which a line feed directly follows the event, and 64 readable bytes the line feed, as in <see cref="EventBatch.Slab"/>. The line feed stops every
    /// inner loop, so that none compares with the end of the event; the other bytes are for vector loads that begin in the event.
    /// </param>
    /// <param name="start">Index of the event's first byte.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="plan">What to look for.</param>
    /// <param name="state">Receives what is found, or <see cref="ScanState.ErrorAt"/>.</param>
    /// <exception cref="ArgumentException">No line feed or too few bytes behind the event.</exception>
    public static ScanStatus Scan(byte[] buffer, int start, int length, ScanPlan plan, ScanState state)
    {
        var text = buffer.AsSpan(start, length);
        if (start + length > buffer.Length - EventBatch.Padding || buffer[start + length] != (byte)'\n')
        {
            throw new ArgumentException($"A line feed and {EventBatch.Padding} bytes in all must follow the event.", nameof(length));
        }

        state.Begin(plan);
        if (!Utf8.IsValid(text))
        {
            state.ErrorAt = FirstInvalid(text);
            return ScanStatus.InvalidUtf8;
        }

        var end = start + length;
        var tokens = new TokenReader(ref MemoryMarshal.GetArrayDataReference(buffer), end);
        var at = tokens.SkipSpace(start);
        if (at == end)
        {
            return ScanStatus.Empty;
        }

        if (buffer[at] != (byte)'{')
        {
            state.ErrorAt = at - start;
            return BeginsLikeJson(buffer[at]) ? ScanStatus.NotAnObject : ScanStatus.Malformed;
        }

        var objects = new ObjectReader(tokens, state, state.MemoryOf(plan));
        at = objects.Read(at, level: 0, depth: 1, collects: true);
        tokens = objects.Tokens;
        if (at >= 0 && (at = tokens.SkipSpace(at)) != end)
        {
            at = tokens.Fail(at);
        }

        state.HasLineBreak = tokens.HasLineBreak;
        state.HasDottedName = tokens.HasDottedName;
        state.HasEscapedName = tokens.HasEscapedName;
        state.MaxDepth = tokens.MaxDepth;
        if (at >= 0)
        {
            return ScanStatus.Ok;
        }

        state.ErrorAt = tokens.ErrorAt - start;
        return tokens.MaxDepth > MaxDepth ? ScanStatus.TooDeep : ScanStatus.Malformed;
    }

    private static bool BeginsLikeJson(byte first) => first is (byte)'[' or (byte)'"' or (byte)'-' or (byte)'t' or (byte)'f' or (byte)'n' or (>= (byte)'0' and <= (byte)'9');

    private static int FirstInvalid(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out var used) == OperationStatus.Done)
        {
            at += used;
        }

        return at;
    }
}
