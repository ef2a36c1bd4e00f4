using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace StreamEnricher.Testing.Servers;

/// <summary>What an event collector says of one event.</summary>
/// <param name="Status">HTTP status of the reply.</param>
/// <param name="Code">Code of the reply.</param>
/// <param name="Text">Text of the reply.</param>
public sealed record HecEventReply(int Status, int Code, string Text = "refused");

/// <summary>
/// Splunk's event endpoint: envelopes one after another; the first bad one ends the request with its zero-based number, those before it are stored.
/// </summary>
public sealed class HecStore
{
    private readonly ConcurrentQueue<string> _events = new();
    private readonly ConcurrentQueue<string> _faults = new();

    /// <summary>Envelopes in the order stored; one that was sent again is there twice.</summary>
    public IReadOnlyCollection<string> Events => _events;

    /// <summary>What was wrong with requests, in words; empty when all were good.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Asked for each envelope before it is stored: the reply that ends the request there, or null to store it.</summary>
    public Func<string, HecEventReply?> Judge { get; set; } = static _ => null;

    /// <summary>Code of the reply when all were stored: 0, or 24 and 25 for a receiver that nears its capacity.</summary>
    public int SuccessCode { get; set; }

    /// <summary>Acknowledgements of the token; null: it does not acknowledge.</summary>
    public HecAcknowledgements? Acknowledgements { get; set; }

    /// <summary>Answers which requests are indexed.</summary>
    public ScriptedReply Acknowledge(ReceivedRequest request) =>
        Acknowledgements is { } acknowledgements ? acknowledgements.Answer(request) : Reply(400, 14, "ACK is disabled", null);

    /// <summary>Stores the events of a request.</summary>
    public ScriptedReply Store(ReceivedRequest request)
    {
        if (!Guid.TryParse(request.Header("X-Splunk-Request-Channel"), out _))
        {
            _faults.Enqueue("no channel");
            return Reply(400, 10, "Data channel is missing", null);
        }

        if (request.Header("Authorization")?.StartsWith("Splunk ", StringComparison.Ordinal) != true)
        {
            _faults.Enqueue("no token");
            return Reply(401, 2, "Token is required", null);
        }

        var number = 0;
        foreach (var line in request.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IsEnvelope(line))
            {
                _faults.Enqueue("no envelope: " + line);
                return Reply(400, 6, "Invalid data format", number);
            }

            if (Judge(line) is { } judged)
            {
                return Reply(judged.Status, judged.Code, judged.Text, number);
            }

            _events.Enqueue(line);
            number++;
        }

        return number == 0 ? Reply(400, 5, "No data", null)
            : Acknowledgements is { } acknowledgements ? acknowledgements.Take(request)
            : Reply(200, SuccessCode, "Success", null);
    }

    private static bool IsEnvelope(string line)
    {
        try
        {
            using var parsed = JsonDocument.Parse(line);
            return parsed.RootElement.ValueKind == JsonValueKind.Object && parsed.RootElement.TryGetProperty("event", out _);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ScriptedReply Reply(int status, int code, string text, int? number)
    {
        var place = number is null ? "" : string.Create(CultureInfo.InvariantCulture, $""","invalid-event-number":{number}""");
        return ScriptedReply.Json(status, string.Create(CultureInfo.InvariantCulture, $$"""{"text":"{{text}}","code":{{code}}{{place}}}"""));
    }
}
