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
    private readonly ConcurrentDictionary<(string Format, string Field), KeyValuePair<string, object?>[]> _names = new();

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
        Members(ref reader, normalized.Plan.Name, "");
    }

    private void Members(ref Utf8JsonReader reader, string format, string path)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = path + reader.GetString();
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth < MaxDepth)
            {
                Members(ref reader, format, name + ".");
            }
            else
            {
                reader.Skip();
                metrics.UnmappedFields.Add(SampledOf, TagsOf(format, name));
            }
        }
    }

    private KeyValuePair<string, object?>[] TagsOf(string format, string field)
    {
        if (_names.TryGetValue((format, field), out var known))
        {
            return known;
        }

        if (_names.Count >= MaxNames)
        {
            field = Other;
        }

        return _names.GetOrAdd((format, field), static key => [new("format", key.Format), new("field", key.Field)]);
    }
}
