using System.Text.Json;

namespace StreamEnricher.Enrichment.StixValidation.Json;

/// <summary>Reads one or more JSON values, one after the other (NDJSON too), and remembers the line of each.</summary>
internal static class LocatedReader
{
    /// <summary>All values of a text.</summary>
    /// <exception cref="JsonException">It is no JSON; <see cref="JsonException.LineNumber"/> says where.</exception>
    public static IReadOnlyList<LocatedValue> Read(ReadOnlySpan<byte> utf8)
    {
        var lines = new Lines(utf8);
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { AllowMultipleValues = true });
        var values = new List<LocatedValue>();
        while (reader.Read())
        {
            values.Add(Value(ref reader, lines));
        }

        return values;
    }

    private static LocatedValue Value(ref Utf8JsonReader reader, in Lines lines)
    {
        var line = lines.Of(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var members = new List<LocatedMember>();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var at = lines.Of(reader.TokenStartIndex);
                    var (name, _) = Text(ref reader);
                    reader.Read();
                    members.Add(new LocatedMember(name, at, Value(ref reader, lines)));
                }

                return new LocatedValue { Kind = JsonValueKind.Object, Line = line, Members = members };
            case JsonTokenType.StartArray:
                var items = new List<LocatedValue>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    items.Add(Value(ref reader, lines));
                }

                return new LocatedValue { Kind = JsonValueKind.Array, Line = line, Items = items };
            case JsonTokenType.String:
                var (text, isBroken) = Text(ref reader);
                return new LocatedValue { Kind = JsonValueKind.String, Line = line, Text = text, IsBroken = isBroken };
            case JsonTokenType.Number:
                return new LocatedValue { Kind = JsonValueKind.Number, Line = line, Text = System.Text.Encoding.ASCII.GetString(reader.ValueSpan) };
            case JsonTokenType.True:
                return new LocatedValue { Kind = JsonValueKind.True, Line = line };
            case JsonTokenType.False:
                return new LocatedValue { Kind = JsonValueKind.False, Line = line };
            default:
                return new LocatedValue { Kind = JsonValueKind.Null, Line = line };
        }
    }

    private static (string Text, bool IsBroken) Text(ref Utf8JsonReader reader)
    {
        try
        {
            return (reader.GetString()!, false);
        }
        catch (InvalidOperationException)
        {
            // An escape of half a surrogate pair, or bytes that are no UTF-8.
            return (System.Text.Encoding.UTF8.GetString(reader.ValueSpan), true);
        }
    }

    /// <summary>Where lines begin.</summary>
    private readonly struct Lines
    {
        private readonly List<long> _starts = [0];

        public Lines(ReadOnlySpan<byte> text)
        {
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] == '\n')
                {
                    _starts.Add(i + 1);
                }
            }
        }

        public int Of(long offset)
        {
            var found = _starts.BinarySearch(offset);
            return found >= 0 ? found + 1 : ~found;
        }
    }
}
