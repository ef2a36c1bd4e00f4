using System.Text.Json;

namespace StreamEnricher.Testing.Servers;

/// <summary>Indexer acknowledgement as Splunk does it: ids count from zero in each channel, true is said once and then forgotten. Thread-safe.</summary>
public sealed class HecAcknowledgements
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _next = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Channel, long Id), int> _taken = [];
    private int _requests;

    /// <summary>Whether the request of this number (from 0, over all channels) is indexed when it is asked for; true by default.</summary>
    public Func<int, bool> IsIndexed { get; set; } = static _ => true;

    /// <summary>Channels that events came on, in the order of their first request.</summary>
    public IReadOnlyList<string> Channels
    {
        get
        {
            lock (_gate)
            {
                return [.. _next.Keys];
            }
        }
    }

    /// <summary>Forgets all channels, as a restart does.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            _next.Clear();
            _taken.Clear();
        }
    }

    /// <summary>Takes a request and gives its id.</summary>
    public ScriptedReply Take(ReceivedRequest request)
    {
        lock (_gate)
        {
            var channel = request.Header("X-Splunk-Request-Channel")!;
            var id = _next.GetValueOrDefault(channel);
            _next[channel] = id + 1;
            _taken[(channel, id)] = _requests++;
            return ScriptedReply.Json(200, $$"""{"text":"Success","code":0,"ackId":{{id}}}""");
        }
    }

    /// <summary>Answers a question.</summary>
    public ScriptedReply Answer(ReceivedRequest request)
    {
        lock (_gate)
        {
            var channel = request.Header("X-Splunk-Request-Channel")!;
            using var question = JsonDocument.Parse(request.Body);
            var answers = question.RootElement.GetProperty("acks").EnumerateArray().Select(id => (Id: id.GetInt64(), IsIndexed: IsKnownAndIndexed(channel, id.GetInt64()))).ToList();
            foreach (var (id, _) in answers.Where(static answer => answer.IsIndexed))
            {
                _taken.Remove((channel, id));
            }

            return ScriptedReply.Json(200, $$$"""{"acks":{{{{string.Join(',', answers.Select(static answer => $"\"{answer.Id}\":{(answer.IsIndexed ? "true" : "false")}"))}}}}}""");
        }
    }

    private bool IsKnownAndIndexed(string channel, long id) => _taken.TryGetValue((channel, id), out var number) && IsIndexed(number);
}
