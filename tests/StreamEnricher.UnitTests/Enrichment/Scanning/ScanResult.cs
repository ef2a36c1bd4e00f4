using System.Text;
using System.Text.Json;
using StreamEnricher.Core.Batches;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.UnitTests.Enrichment.Scanning;

/// <summary>A slot's value, counted from the event's first byte, and the path that it came by.</summary>
internal readonly record struct FoundSlot(int Start, int Length, TokenKind Kind, string Path);

/// <summary>A scan's outcome in a form that can be compared.</summary>
/// <param name="Status">What it came to.</param>
/// <param name="Slots">The slots that are present.</param>
/// <param name="Unmapped">What no slot takes, as JSON text.</param>
internal sealed record ScanResult(ScanStatus Status, IReadOnlyDictionary<int, FoundSlot> Slots, string Unmapped)
{
    public bool HasLineBreak { get; init; }

    public bool HasDottedName { get; init; }

    public bool HasEscapedName { get; init; }

    public int MaxDepth { get; init; }

    /// <summary>Byte at which the scan gave up.</summary>
    public int ErrorAt { get; init; }

    /// <summary>Runs the scanner on a text between bytes that would mislead it, were they read.</summary>
    public static ScanResult Of(byte[] text, ScanPlan plan, ScanState state)
    {
        const int before = 5;
        var buffer = new byte[before + text.Length + EventBatch.Padding];
        buffer.AsSpan().Fill((byte)'"');
        text.CopyTo(buffer, before);
        buffer[before + text.Length] = (byte)'\n';
        "}]}\",:{1"u8.CopyTo(buffer.AsSpan(before + text.Length + 1));
        var status = JsonScanner.Scan(buffer, before, text.Length, plan, state);
        var isOk = status == ScanStatus.Ok;
        return new ScanResult(status, isOk ? SlotsOf(plan, state, before) : new Dictionary<int, FoundSlot>(), isOk ? UnmappedOf(buffer, state) : string.Empty)
        {
            HasLineBreak = state.HasLineBreak,
            HasDottedName = state.HasDottedName,
            HasEscapedName = state.HasEscapedName,
            MaxDepth = state.MaxDepth,
            ErrorAt = state.ErrorAt,
        };
    }

    /// <summary>Asserts that two scans of a text came to the same.</summary>
    public static void AssertSame(ScanResult expected, ScanResult actual, byte[] text)
    {
        if (expected.Differs(actual))
        {
            Assert.Fail($"On {Encoding.UTF8.GetString(text)}\nexpected {expected.Describe()}\nbut was  {actual.Describe()}");
        }
    }

    private static Dictionary<int, FoundSlot> SlotsOf(ScanPlan plan, ScanState state, int start)
    {
        var slots = new Dictionary<int, FoundSlot>();
        for (var i = 0; i < plan.SlotCount; i++)
        {
            if (state.Slots[i].IsPresent)
            {
                var slot = state.Slots[i];
                slots[i] = new FoundSlot(slot.Start - start, slot.Length, slot.Kind, string.Join('.', plan.Entries[state.Origins[i]].Path));
            }
        }

        return slots;
    }

    private static string UnmappedOf(byte[] buffer, ScanState state)
    {
        var text = new StringBuilder("{");
        foreach (var segment in state.Unmapped.AsSpan(0, state.UnmappedCount))
        {
            text.Append(segment.Kind != SegmentKind.Close && text[^1] != '{' ? "," : string.Empty);
            text.Append(Encoding.UTF8.GetString(buffer, segment.Start, segment.Length));
            text.Append(segment.Kind switch
            {
                SegmentKind.Open => ":{",
                SegmentKind.Close => "}",
                _ => string.Empty,
            });
        }

        return text.Append('}').ToString();
    }

    /// <summary>The tokens of a text without the white space between them: a run keeps that of the source.</summary>
    private static string Compact(string text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        var compact = new StringBuilder();
        var bytes = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(bytes);
        while (reader.Read())
        {
            var length = reader.ValueSpan.Length + (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? 2 : 0);
            compact.Append(Encoding.UTF8.GetString(bytes, (int)reader.TokenStartIndex, length)).Append(' ');
        }

        return compact.ToString();
    }

    private bool Differs(ScanResult other) =>
        Status != other.Status
        || (Status == ScanStatus.Ok
            && (HasLineBreak != other.HasLineBreak || HasDottedName != other.HasDottedName || HasEscapedName != other.HasEscapedName || MaxDepth != other.MaxDepth
                || Slots.Count != other.Slots.Count || Slots.Any(pair => !other.Slots.TryGetValue(pair.Key, out var slot) || slot != pair.Value)
                || Compact(Unmapped) != Compact(other.Unmapped)));

    private string Describe() =>
        $"{Status} at {ErrorAt}, depth {MaxDepth}, line break {HasLineBreak}, dotted {HasDottedName}, escaped {HasEscapedName}, "
        + $"unmapped {Unmapped}, slots {string.Join(' ', Slots.OrderBy(pair => pair.Key))}";
}
