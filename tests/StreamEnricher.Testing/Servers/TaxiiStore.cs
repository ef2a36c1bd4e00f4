using System.Globalization;
using System.Text.Json.Nodes;

namespace StreamEnricher.Testing.Servers;

/// <summary>A TAXII 2.1 server with one API root and one collection, on a <see cref="ScriptedServer"/>. What it has already it lists as failed, as medallion does.</summary>
public sealed class TaxiiStore
{
    /// <summary>Path of the API root.</summary>
    public const string Root = "/root/";

    /// <summary>Id of the collection.</summary>
    public const string Collection = "91a7b528-80eb-42ed-a74d-c6fbd5a26116";

    /// <summary>Media type of requests and answers.</summary>
    public const string MediaType = "application/taxii+json;version=2.1";

    private readonly ScriptedServer _server;
    private readonly List<JsonNode> _objects = [];
    private int _statuses;

    /// <summary>Answers on a server's routes.</summary>
    public TaxiiStore(ScriptedServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        _server = server;
        Serve();
    }

    /// <summary>What the API root says.</summary>
    public int MaxContentLength { get; set; } = 10_000_000;

    /// <summary>What the collection says.</summary>
    public bool CanRead { get; set; } = true;

    /// <summary>What the collection says.</summary>
    public bool CanWrite { get; set; } = true;

    /// <summary>Why an object fails; null: it does not.</summary>
    public Func<JsonNode, string?> Judge { get; set; } = static _ => null;

    /// <summary>Name of an object at which a request breaks off with 422; those before it are stored. Null: of none.</summary>
    public string? Poison { get; set; }

    /// <summary>How often a status is asked for in vain. -1: it stays pending.</summary>
    public int Pending { get; set; }

    /// <summary>Failures are listed, not only counted.</summary>
    public bool ListsFailures { get; set; } = true;

    /// <summary>Objects in the order in which they were stored.</summary>
    public IReadOnlyList<JsonNode> Objects => _objects;

    /// <summary>Ids of the objects, shortened to what the tests gave.</summary>
    public string Stored => string.Join(' ', _objects.Select(static one => (string?)one["name"]));

    private string CollectionJson =>
        $$"""{"id":"{{Collection}}","title":"Detections","alias":"detections","can_read":{{Word(CanRead)}},"can_write":{{Word(CanWrite)}},"media_types":["application/stix+json;version=2.1"]}""";

    /// <summary>Gives the routes their own answers, also again after a test has changed them.</summary>
    public void Serve()
    {
        _server.Route($"GET {Root}", _ => Answer(200, $$"""{"title":"root","versions":["application/taxii+json;version=2.1"],"max_content_length":{{MaxContentLength}}}"""));
        _server.Route($"GET {Root}collections/{Collection}/", _ => Answer(200, CollectionJson));
        _server.Route($"GET {Root}collections/", _ => Answer(200, $$"""{"collections":[{{CollectionJson}}]}"""));
        _server.Route($"POST {Root}collections/{Collection}/objects/", Post);
        _server.Route($"GET {Root}collections/{Collection}/manifest/", Manifest);
    }

    /// <summary>Forgets all statuses, as a restarted server does.</summary>
    public void ForgetStatuses()
    {
        for (var i = 1; i <= _statuses; i++)
        {
            _server.Route($"GET {Root}status/s{i}/", static _ => Answer(404, """{"title":"no such status","http_status":"404"}"""));
        }
    }

    /// <summary>An answer with the media type of TAXII.</summary>
    public static ScriptedReply Answer(int status, string body) => new() { Status = status, Body = body, ContentType = MediaType };

    private static string Word(bool value) => value ? "true" : "false";

    private static JsonObject Entry(JsonNode one, string? message = null)
    {
        var entry = new JsonObject { ["id"] = (string?)one["id"], ["version"] = (string?)(one["modified"] ?? one["created"]) };
        if (message is not null)
        {
            entry["message"] = message;
        }

        return entry;
    }

    private ScriptedReply Post(ReceivedRequest request)
    {
        if (request.Header("Accept") != MediaType || request.Header("Content-Type") != MediaType || request.Header("Content-Length") is null)
        {
            return Answer(415, """{"title":"media type or length","http_status":"415"}""");
        }

        var (good, bad) = (new JsonArray(), new JsonArray());
        foreach (var one in JsonNode.Parse(request.Text)!["objects"]!.AsArray().Select(static one => one!))
        {
            if (Poison is not null && (string?)one["name"] == Poison)
            {
                return Answer(422, """{"title":"ProcessingError","description":"While processing supplied content, an error occurred","http_status":"422"}""");
            }

            var message = _objects.Any(other => Same(other, one)) ? "Unable to process object" : Judge(one);
            if (message is null)
            {
                _objects.Add(one.DeepClone());
                good.Add(Entry(one));
            }
            else
            {
                bad.Add(Entry(one, message));
            }
        }

        var id = $"s{(++_statuses).ToString(CultureInfo.InvariantCulture)}";
        var done = new JsonObject
        {
            ["id"] = id,
            ["status"] = "complete",
            ["total_count"] = good.Count + bad.Count,
            ["success_count"] = good.Count,
            ["failure_count"] = bad.Count,
            ["pending_count"] = 0,
        };
        if (ListsFailures)
        {
            (done["successes"], done["failures"]) = (good, bad);
        }

        var left = Pending;
        var pending = $$"""{"id":"{{id}}","status":"pending","pending_count":{{good.Count + bad.Count}}}""";
        _server.Route($"GET {Root}status/{id}/", _ => Answer(200, left-- == 0 ? done.ToJsonString() : pending));
        return Answer(202, Pending == 0 ? done.ToJsonString() : pending);
    }

    private static bool Same(JsonNode one, JsonNode other) => (string?)one["id"] == (string?)other["id"] && (string?)one["modified"] == (string?)other["modified"];

    private ScriptedReply Manifest(ReceivedRequest request)
    {
        var ids = Uri.UnescapeDataString(request.Path).Split("match[id]=")[1].Split('&')[0].Split(',');
        var entries = new JsonArray([.. _objects.Where(one => ids.Contains((string?)one["id"])).Select(static one => Entry(one))]);
        return Answer(200, new JsonObject { ["more"] = false, ["objects"] = entries }.ToJsonString());
    }
}
