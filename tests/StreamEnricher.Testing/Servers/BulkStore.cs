using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace StreamEnricher.Testing.Servers;

/// <summary>What a bulk endpoint says of one document.</summary>
/// <param name="Status">Status of the item.</param>
/// <param name="Type">Type of its error; empty for none.</param>
/// <param name="Reason">Reason of its error.</param>
/// <param name="FailureStore">Value of failure_store; empty to leave it out.</param>
public sealed record BulkItemReply(int Status, string Type = "", string Reason = "", string FailureStore = "");

/// <summary>
/// A data stream behind <c>_bulk</c>: only create, 409 for an id that is there, 400 with nothing stored for a body that is not action and document lines.
/// Replies have the fields that filter_path asks for.
/// </summary>
public sealed class BulkStore
{
    private readonly ConcurrentDictionary<string, string> _documents = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _faults = new();

    /// <summary>Documents by id.</summary>
    public IReadOnlyDictionary<string, string> Documents => _documents;

    /// <summary>What was wrong with requests, in words; empty when all were good.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Asked for each document before it is stored (id, document): its reply, or null to store it.</summary>
    public Func<string, string, BulkItemReply?> Judge { get; set; } = static (_, _) => null;

    internal ScriptedReply Store(ReceivedRequest request)
    {
        if (request.Header("Content-Type") is not ("application/x-ndjson" or "application/json"))
        {
            _faults.Enqueue("media type: " + request.Header("Content-Type"));
        }

        if (request.Body.IsEmpty || request.Body.Span[^1] != (byte)'\n')
        {
            return Refused("The bulk request must be terminated by a newline [\\n]");
        }

        var lines = request.Text.TrimEnd('\n').Split('\n');
        var actions = new List<(string Id, string Document)>();
        for (var i = 0; i < lines.Length; i += 2)
        {
            if (IdOf(lines[i]) is not { } id || i + 1 == lines.Length)
            {
                return Refused($"Malformed action/metadata line [{i + 1}]");
            }

            actions.Add((id, lines[i + 1]));
        }

        return ScriptedReply.Json(200, Reply([.. actions.Select(action => (action.Id, One(action.Id, action.Document)))]));
    }

    private static string? IdOf(string action)
    {
        try
        {
            using var parsed = JsonDocument.Parse(action);
            return parsed.RootElement.GetProperty("create").GetProperty("_id").GetString();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Reply(List<(string Id, BulkItemReply Reply)> items)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteBoolean("errors", items.Any(static item => item.Reply.Status >= 300));
            writer.WriteStartArray("items");
            foreach (var (id, reply) in items)
            {
                writer.WriteStartObject();
                writer.WriteStartObject("create");
                writer.WriteString("_id", id);
                writer.WriteNumber("status", reply.Status);
                if (reply.FailureStore.Length > 0)
                {
                    writer.WriteString("failure_store", reply.FailureStore);
                }

                if (reply.Type.Length > 0)
                {
                    writer.WriteStartObject("error");
                    writer.WriteString("type", reply.Type);
                    writer.WriteString("reason", reply.Reason);
                    writer.WriteEndObject();
                }

                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private ScriptedReply Refused(string reason)
    {
        _faults.Enqueue(reason);
        return ScriptedReply.Json(400, $$"""{"error":{"type":"illegal_argument_exception","reason":{{JsonSerializer.Serialize(reason)}}},"status":400}""");
    }

    private BulkItemReply One(string id, string document)
    {
        if (Judge(id, document) is { } judged)
        {
            return judged;
        }

        return _documents.TryAdd(id, document)
            ? new BulkItemReply(201)
            : new BulkItemReply(409, "version_conflict_engine_exception", string.Create(CultureInfo.InvariantCulture, $"[{id}]: version conflict, document already exists (current version [1])"));
    }
}
