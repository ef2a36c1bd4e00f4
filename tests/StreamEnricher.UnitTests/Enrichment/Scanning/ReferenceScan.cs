using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using StreamEnricher.Core.Events;
using StreamEnricher.Enrichment.Scanning;

namespace StreamEnricher.UnitTests.Enrichment.Scanning;

/// <summary>What a scan must find, worked out plainly with Utf8JsonReader.</summary>
internal sealed class ReferenceScan
{
    private const char Separator = '\u0001';

    private readonly byte[] _text;
    private readonly Dictionary<string, ScanEntry> _entries;
    private readonly Dictionary<int, FoundSlot> _slots = [];
    private readonly StringBuilder _unmapped = new();

    private ReferenceScan(byte[] text, ScanPlan plan)
    {
        _text = text;
        _entries = plan.Entries.ToDictionary(entry => string.Join(Separator, entry.Path));
    }

    /// <summary>The result for a text.</summary>
    public static ScanResult Of(byte[] text, ScanPlan plan)
    {
        var scan = new ReferenceScan(text, plan);
        var (status, depth) = Validate(text);
        if (status == ScanStatus.Ok)
        {
            var reader = new Utf8JsonReader(text);
            reader.Read();
            scan._unmapped.Append('{');
            scan.ReadObject(ref reader, string.Empty, collects: true);
            scan._unmapped.Append('}');
        }

        return new ScanResult(status, scan._slots, scan._unmapped.ToString())
        {
            HasLineBreak = text.AsSpan().IndexOfAny((byte)'\n', (byte)'\r') >= 0,
            HasDottedName = scan.HasDottedName,
            HasEscapedName = scan.HasEscapedName,
            MaxDepth = depth,
        };
    }

    /// <summary>The verdict alone.</summary>
    public static ScanStatus StatusOf(byte[] text) => Validate(text).Status;

    private bool HasDottedName { get; set; }

    private bool HasEscapedName { get; set; }

    private static (ScanStatus Status, int Depth) Validate(byte[] text)
    {
        if (!Utf8.IsValid(text))
        {
            return (ScanStatus.InvalidUtf8, 0);
        }

        var first = text.FirstOrDefault(value => !" \t\r\n"u8.Contains(value));
        if (first == 0 && text.All(value => " \t\r\n"u8.Contains(value)))
        {
            return (ScanStatus.Empty, 0);
        }

        if (first != '{')
        {
            return ("[\"-0123456789tfn"u8.Contains(first) ? ScanStatus.NotAnObject : ScanStatus.Malformed, 0);
        }

        var depth = 0;
        var reader = new Utf8JsonReader(text);
        try
        {
            while (reader.Read())
            {
                depth = Math.Max(depth, reader.CurrentDepth + (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject ? 1 : 0));
            }

            return (ScanStatus.Ok, depth);
        }
        catch (JsonException exception)
        {
            return (exception.Message.Contains("maximum configured depth", StringComparison.Ordinal) ? ScanStatus.TooDeep : ScanStatus.Malformed, depth);
        }
    }

    private void ReadObject(ref Utf8JsonReader reader, string path, bool collects)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var nameStart = (int)reader.TokenStartIndex;
            var nameEnd = nameStart + reader.ValueSpan.Length + 2;
            var name = TextOf(ref reader);
            var isDotted = name.Contains('.', StringComparison.Ordinal);
            HasEscapedName |= reader.ValueIsEscaped;
            var entry = _entries.GetValueOrDefault(path + name);
            reader.Read();
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            var descends = isObject && entry is not null && _entries.Values.Any(inner => inner.Level == entry.Child && inner.Slot >= 0 && inner.Slot == entry.Slot);
            if (entry is { Slot: >= 0 } && !descends && !_slots.ContainsKey(entry.Slot))
            {
                ReadSlot(ref reader, entry);
            }
            else if (entry is not null && (entry.Slot < 0 || descends) && isObject)
            {
                HasDottedName |= isDotted && collects;
                Append(collects, nameStart, nameEnd, ":{");
                ReadObject(ref reader, Prefix(entry), collects);
                _unmapped.Append(collects ? "}" : string.Empty);
            }
            else
            {
                HasDottedName |= isDotted;
                Skip(ref reader);
                Append(collects, nameStart, (int)reader.BytesConsumed, string.Empty);
            }
        }
    }

    private void ReadSlot(ref Utf8JsonReader reader, ScanEntry entry)
    {
        var start = (int)reader.TokenStartIndex;
        var kind = KindOf(ref reader);
        if (kind == TokenKind.Object && entry.Child >= 0)
        {
            ReadObject(ref reader, Prefix(entry), collects: false);
        }
        else
        {
            Skip(ref reader);
        }

        _slots[entry.Slot] = new FoundSlot(start, (int)reader.BytesConsumed - start, kind, string.Join('.', entry.Path));
    }

    private void Skip(ref Utf8JsonReader reader)
    {
        var depth = reader.CurrentDepth;
        if (reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
        {
            return;
        }

        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                HasEscapedName |= reader.ValueIsEscaped;
                HasDottedName |= reader.ValueSpan.Contains((byte)'.');
            }
        }
    }

    private void Append(bool collects, int start, int end, string tail)
    {
        if (collects)
        {
            _unmapped.Append(_unmapped[^1] == '{' ? string.Empty : ",").Append(Encoding.UTF8.GetString(_text.AsSpan(start, end - start))).Append(tail);
        }
    }

    private static string Prefix(ScanEntry entry) => string.Join(Separator, entry.Path) + Separator;

    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate: no plan here has such a name, but it may hold a dot.
            return "\uFFFD" + Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }

    private static TokenKind KindOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.StartObject => TokenKind.Object,
        JsonTokenType.StartArray => TokenKind.Array,
        JsonTokenType.String => reader.ValueIsEscaped ? TokenKind.EscapedString : TokenKind.String,
        JsonTokenType.Number => TokenKind.Number,
        JsonTokenType.True => TokenKind.True,
        JsonTokenType.False => TokenKind.False,
        _ => TokenKind.Null,
    };
}
