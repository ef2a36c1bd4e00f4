using System.Globalization;

namespace StreamEnricher.Testing.Servers;

/// <summary>One reply that a scripted server gives in place of its own, with the faults of real networks.</summary>
public sealed record ScriptedReply
{
    /// <summary>HTTP status; 0 = the server's own reply, made by doing what was asked.</summary>
    public int Status { get; init; }

    /// <summary>Body.</summary>
    public string Body { get; init; } = "";

    /// <summary>Media type of the body.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>More headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What happens to the connection.</summary>
    public ReplyFault Fault { get; init; }

    /// <summary>The server does what was asked, as it does without a script, and answers by itself: between faults.</summary>
    public static ScriptedReply Normal { get; } = new();

    /// <summary>The connection breaks before anything was stored.</summary>
    public static ScriptedReply Reset { get; } = new() { Status = 500, Fault = ReplyFault.Reset };

    /// <summary>All is stored, and the connection breaks before the reply: the sender cannot know.</summary>
    public static ScriptedReply ResetAfterStoring { get; } = new() { Fault = ReplyFault.Reset };

    /// <summary>All is stored, and the reply breaks off in the middle.</summary>
    public static ScriptedReply Cut { get; } = new() { Fault = ReplyFault.Cut };

    /// <summary>Nothing is stored and no reply comes until the sender gives up.</summary>
    public static ScriptedReply Hang { get; } = new() { Status = 500, Fault = ReplyFault.Hang };

    /// <summary>A status with a JSON body; nothing is stored.</summary>
    public static ScriptedReply Json(int status, string body) => new() { Status = status, Body = body };

    /// <summary>A status with an HTML page, as proxies and load balancers send; nothing is stored.</summary>
    public static ScriptedReply Html(int status) => new()
    {
        Status = status,
        ContentType = "text/html",
        Body = string.Create(CultureInfo.InvariantCulture, $"<html><head><title>{status}</title></head><body><h1>Error {status}</h1></body></html>"),
    };

    /// <summary>The same reply asking to wait.</summary>
    public ScriptedReply RetryAfter(int seconds) =>
        this with { Headers = new Dictionary<string, string>(Headers, StringComparer.Ordinal) { ["Retry-After"] = seconds.ToString(CultureInfo.InvariantCulture) } };
}

/// <summary>What happens to the connection of a reply.</summary>
public enum ReplyFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It breaks before the reply.</summary>
    Reset,

    /// <summary>It breaks in the middle of the reply's body.</summary>
    Cut,

    /// <summary>It stays open and silent.</summary>
    Hang,
}
