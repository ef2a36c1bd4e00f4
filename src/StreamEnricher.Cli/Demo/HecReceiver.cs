using System.Collections.Concurrent;
using System.Text.Json;

namespace StreamEnricher.Cli.Demo;

/// <summary>Answers Splunk's event endpoint and checks each envelope.</summary>
internal sealed class HecReceiver
{
    private readonly ConcurrentDictionary<string, bool> _ids = new(StringComparer.Ordinal);

    /// <summary>Events stored.</summary>
    public int Events => _ids.Count;

    /// <summary>What was wrong, the first of each kind.</summary>
    public ConcurrentDictionary<string, string> Faults { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads envelopes, one after another; returns status and reply.</summary>
    public (int Status, string Reply) Store(ReadOnlySpan<byte> body)
    {
        var number = 0;
        while (!body.IsEmpty)
        {
            var reader = new Utf8JsonReader(body);
            try
            {
                using var envelope = JsonDocument.ParseValue(ref reader);
                if (Check(envelope.RootElement) is { } fault)
                {
                    Faults.TryAdd(fault, envelope.RootElement.GetRawText()[..Math.Min(80, envelope.RootElement.GetRawText().Length)]);
                    return (400, $$"""{"text":"Invalid data format","code":6,"invalid-event-number":{{number}}}""");
                }
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                Faults.TryAdd(error.Message, "");
                return (400, $$"""{"text":"Invalid data format","code":6,"invalid-event-number":{{number}}}""");
            }

            body = body[(int)reader.BytesConsumed..].TrimStart("\n\r \t"u8);
            number++;
        }

        return number == 0 ? (400, """{"text":"No data","code":5}""") : (200, """{"text":"Success","code":0}""");
    }

    private string? Check(JsonElement envelope)
    {
        if (envelope.GetProperty("time").ValueKind != JsonValueKind.Number)
        {
            return "time is no number";
        }

        var id = envelope.GetProperty("fields").GetProperty("event_id").GetString()!;
        if (envelope.GetProperty("event").GetProperty("event_id").GetString() != id)
        {
            return "fields.event_id differs from event.event_id";
        }

        _ids.TryAdd(id, true);
        return null;
    }
}
