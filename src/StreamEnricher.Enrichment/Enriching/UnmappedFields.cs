using System.Collections.Concurrent;
using System.Text.Json;
using StreamEnricher.Core.Metrics;
using StreamEnricher.Enrichment.Encoders;

namespace StreamEnricher.Enrichment.Enriching;

/// <summary>
/// Counts by name the fields that found no ECS home. Names are looked at in every <see cref="SampledOf"/>th offset only and counted that many times: looking at all would cost
/// as much as writing a document. The number of names is bounded; what comes after is counted as <see cref="Other"/>. Thread-safe.
/// </summary>
internal sealed class UnmappedFields(PipelineMetrics metrics)
{
    /// <summary>One event in so many is looked at.</summary>
    public const int SampledOf = 64;

    /// <summary>Names of all formats together.</summary>
    public const int MaxNames = 512;

    /// <summary>Stands for all names beyond the bound.</summary>
    public const string Other = "(other)";

    private const int MaxDepth = 4;

    /// <summary>Characters of a format's and a field's name together; a longer one is <see cref="Other"/>.</summary>
    private const int LongestKey = 512;

    private readonly ConcurrentDictionary<string, KeyValuePair<string, object?>[]> _names = new(StringComparer.Ordinal);

    /// <summary>Whether the event at an offset is looked at. Offsets begin with one that is.</summary>
    public static bool IsSampled(long offset) => offset % SampledOf == 0;

    /// <summary>Counts an event's fields.</summary>
    public void Count(in NormalizedEvent normalized)
    {
        var document = normalized.Scratch.Document;
        document.Reset();
        document.Append((byte)'{');
        VendorWriter.Write(normalized, document);
        document.Append((byte)'}');
        var reader = new Utf8JsonReader(document.Span);
        reader.Read();
        Span<char> key = stackalloc char[LongestKey];
        var format = normalized.Plan.Name;
        format.CopyTo(key);
        key[format.Length] = '\0';
        Members(ref reader, format, key, format.Length + 1);
    }

    /// <param name="reader">Behind the beginning of an object.</param>
    /// <param name="format">The event's format.</param>
    /// <param name="key">The format, a zero, and the path of the object with a dot at its end.</param>
    /// <param name="length">How much of it is used.</param>
    private void Members(ref Utf8JsonReader reader, string format, scoped Span<char> key, int length)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // A name has at most as many characters as bytes; one more is for the dot.
            var end = reader.ValueSpan.Length < key.Length - length ? length + reader.CopyString(key[length..]) : -1;
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth < MaxDepth && end >= 0)
            {
                key[end] = '.';
                Members(ref reader, format, key, end + 1);
            }
            else
            {
                reader.Skip();
                metrics.UnmappedFields.Add(SampledOf, TagsOf(format, end < 0 ? default : key[..end]));
            }
        }
    }

    private KeyValuePair<string, object?>[] TagsOf(string format, ReadOnlySpan<char> key)
    {
        if (_names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(key, out var known))
        {
            return known;
        }

        var field = key.IsEmpty || _names.Count >= MaxNames ? Other : key[(format.Length + 1)..].ToString();
        return _names.GetOrAdd($"{format}\0{field}", static (_, tags) => [new("format", tags.Format), new("field", tags.Field)], (Format: format, Field: field));
    }
}
