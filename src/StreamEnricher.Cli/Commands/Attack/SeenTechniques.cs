using System.Globalization;
using System.Text.Json;
using StreamEnricher.Enrichment.Attribution;

namespace StreamEnricher.Cli.Commands.Attack;

/// <summary>Counts the techniques of enriched events: ECS documents (also as search hits), HEC envelopes and common events, by their evidence.</summary>
internal sealed class SeenTechniques
{
    private readonly Dictionary<string, LayerTechnique> _seen = new(StringComparer.Ordinal);

    /// <summary>What was seen of each technique.</summary>
    public IReadOnlyDictionary<string, LayerTechnique> Seen => _seen;

    /// <summary>Events that were counted.</summary>
    public long Events { get; private set; }

    /// <summary>Adds the techniques of one event; each counts once.</summary>
    /// <param name="techniques">Ids with the highest confidence that the event has for each.</param>
    public void Add(IEnumerable<KeyValuePair<string, double>> techniques)
    {
        Events++;
        foreach (var (id, confidence) in techniques)
        {
            var one = new LayerTechnique(1, confidence);
            _seen[id] = _seen.TryGetValue(id, out var known) ? known.And(one) : one;
        }
    }

    /// <summary>Adds an enriched event.</summary>
    /// <param name="line">One JSON object.</param>
    /// <param name="since">Older events are passed over, and those that state no time; null: all count.</param>
    /// <returns>False when it is no enriched event.</returns>
    public bool TryAdd(JsonElement line, DateTimeOffset? since)
    {
        if (line.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        var document = Member(line, "_source") ?? line;
        var common = document.TryGetProperty("event", out var envelope) && envelope.ValueKind == JsonValueKind.Object && envelope.TryGetProperty("event_id", out _) ? envelope : document;
        var evidence = Evidence(document, "cybersecurity") ?? Evidence(common, "metadata") ?? Evidence(common, "mitre_attack");
        if (evidence is null && Member(document, "cybersecurity") is null && !common.TryGetProperty("technique_ids", out _))
        {
            return false;
        }

        if (since is null || TimeOf(document, common) >= since)
        {
            Add(evidence is { } list ? Techniques(list) : []);
        }

        return true;
    }

    private static Dictionary<string, double> Techniques(JsonElement evidence)
    {
        var highest = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var item in evidence.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object))
        {
            var confidence = item.TryGetProperty("confidence", out var stated) && stated.ValueKind == JsonValueKind.Number ? stated.GetDouble() : 0;
            foreach (var id in item.TryGetProperty("techniques", out var ids) && ids.ValueKind == JsonValueKind.Array ? ids.EnumerateArray() : default)
            {
                if (id.ValueKind == JsonValueKind.String)
                {
                    highest[id.GetString()!] = Math.Max(confidence, highest.GetValueOrDefault(id.GetString()!));
                }
            }
        }

        return highest;
    }

    private static DateTimeOffset? TimeOf(JsonElement document, JsonElement common)
    {
        foreach (var (from, name) in (ReadOnlySpan<(JsonElement, string)>)[(document, "@timestamp"), (common, "timestamp"), (document, "time")])
        {
            if (from.TryGetProperty(name, out var value))
            {
                switch (value.ValueKind)
                {
                    case JsonValueKind.String when DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time):
                        return time;
                    case JsonValueKind.Number:
                        return DateTimeOffset.UnixEpoch.AddSeconds(value.GetDouble());
                    default:
                        break;
                }
            }
        }

        return null;
    }

    private static JsonElement? Evidence(JsonElement from, string name) =>
        Member(from, name) is { } block && block.TryGetProperty("evidence", out var list) && list.ValueKind == JsonValueKind.Array ? list : null;

    private static JsonElement? Member(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;
}
