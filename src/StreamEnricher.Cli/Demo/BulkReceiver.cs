using System.Collections.Concurrent;
using System.Text.Json;

namespace StreamEnricher.Cli.Demo;

/// <summary>Answers <c>_bulk</c> as Elasticsearch does for a data stream, and checks each document as a strict mapping would.</summary>
internal sealed class BulkReceiver
{
    private readonly ConcurrentDictionary<string, bool> _ids = new(StringComparer.Ordinal);

    /// <summary>Documents stored.</summary>
    public int Documents => _ids.Count;

    /// <summary>Technique ids in <c>threat</c>, with the number of documents that have them.</summary>
    public ConcurrentDictionary<string, int> Techniques { get; } = new(StringComparer.Ordinal);

    /// <summary>What was wrong, the first of each kind.</summary>
    public ConcurrentDictionary<string, string> Faults { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads a body of action and document lines; returns the reply's items.</summary>
    public byte[] Store(ReadOnlyMemory<byte> body)
    {
        using var reply = new MemoryStream();
        using var writer = new Utf8JsonWriter(reply);
        writer.WriteStartObject();
        writer.WriteNumber("took", 1);
        writer.WriteStartArray("items");
        var errors = false;
        while (NextLine(ref body) is { Length: > 0 } action && NextLine(ref body) is { } document)
        {
            var (id, status, fault) = StoreOne(action, document);
            errors |= status >= 300;
            writer.WriteStartObject();
            writer.WriteStartObject("create");
            writer.WriteString("_id", id);
            writer.WriteNumber("status", status);
            if (fault is not null)
            {
                Faults.TryAdd(fault, id);
                writer.WriteStartObject("error");
                writer.WriteString("type", status == 409 ? "version_conflict_engine_exception" : "document_parsing_exception");
                writer.WriteString("reason", fault);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("errors", errors);
        writer.WriteEndObject();
        writer.Flush();
        return reply.ToArray();
    }

    private static ReadOnlyMemory<byte>? NextLine(ref ReadOnlyMemory<byte> body)
    {
        var end = body.Span.IndexOf((byte)'\n');
        if (end < 0)
        {
            return null;
        }

        var line = body[..end];
        body = body[(end + 1)..];
        return line;
    }

    private (string Id, int Status, string? Fault) StoreOne(ReadOnlyMemory<byte> action, ReadOnlyMemory<byte> document)
    {
        try
        {
            using var parsedAction = JsonDocument.Parse(action);
            using var parsed = JsonDocument.Parse(document);
            if (!parsedAction.RootElement.TryGetProperty("create", out var create) || create.GetProperty("_id").GetString() is not { } id)
            {
                return ("", 400, "a data stream takes only create with an _id");
            }

            if (!_ids.TryAdd(id, true))
            {
                return (id, 409, "the document exists");
            }

            var fault = Check(parsed.RootElement, id);
            Count(parsed.RootElement);
            return (id, fault is null ? 201 : 400, fault);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return ("", 400, error.Message);
        }
    }

    private static string? Check(JsonElement document, string id)
    {
        if (!document.TryGetProperty("@timestamp", out var time) || !time.TryGetDateTimeOffset(out _))
        {
            return "@timestamp is missing or no date";
        }

        if (document.GetProperty("event").GetProperty("id").GetString() != id)
        {
            return "event.id differs from _id";
        }

        return document.GetProperty("ecs").GetProperty("version").GetString() is null ? "ecs.version is missing" : null;
    }

    private void Count(JsonElement document)
    {
        if (!document.TryGetProperty("threat", out var threat) || !threat.TryGetProperty("technique", out var technique))
        {
            return;
        }

        var parents = new HashSet<string>(StringComparer.Ordinal);
        if (technique.TryGetProperty("subtechnique", out var subs))
        {
            foreach (var id in subs.GetProperty("id").EnumerateArray())
            {
                Techniques.AddOrUpdate(id.GetString()!, 1, (_, count) => count + 1);
                parents.Add(id.GetString()!.Split('.')[0]);
            }
        }

        foreach (var id in technique.GetProperty("id").EnumerateArray().Select(id => id.GetString()!).Where(id => !parents.Contains(id)))
        {
            Techniques.AddOrUpdate(id, 1, (_, count) => count + 1);
        }
    }
}
