using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace StreamEnricher.Testing.Servers;

/// <summary>
/// An HTTP server on a free loopback port that answers as Elasticsearch's <c>_bulk</c> and Splunk's event endpoint do, keeps what it stores, checks what it gets,
/// and gives scripted replies first.
/// </summary>
public sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly ConcurrentQueue<ScriptedReply> _script = new();
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();
    private readonly ConcurrentDictionary<string, Func<ReceivedRequest, ScriptedReply>> _routes = new(StringComparer.Ordinal);

    private readonly Lock _gate = new();
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiting = [];

    private ScriptedServer(WebApplication server)
    {
        _server = server;
    }

    /// <summary>What <c>POST /_bulk</c> stored.</summary>
    public BulkStore Bulk { get; } = new();

    /// <summary>What <c>POST /services/collector/event</c> stored.</summary>
    public HecStore Hec { get; } = new();

    /// <summary>Address.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>All requests, in the order in which they were read.</summary>
    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>A body longer than this, packed or unpacked, is answered by 413.</summary>
    public int MaxBodyBytes { get; set; } = int.MaxValue;

    /// <summary>When set, a request without this Authorization header is answered by 401.</summary>
    public string? Authorization { get; set; }

    /// <summary>Starts a server.</summary>
    public static async Task<ScriptedServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static options =>
        {
            options.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1);
            options.Limits.MaxRequestBodySize = null;
        });
        var web = builder.Build();
        var server = new ScriptedServer(web);
        web.Run(server.AnswerAsync);
        await web.StartAsync();
        server.Url = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return server;
    }

    /// <summary>Replies to the next requests, whatever they ask; after them the server answers by itself.</summary>
    public ScriptedServer Then(params ReadOnlySpan<ScriptedReply> replies)
    {
        foreach (var reply in replies)
        {
            _script.Enqueue(reply);
        }

        return this;
    }

    /// <summary>Answers a route, such as <c>GET /_index_template/x</c>, by a function of the request.</summary>
    public void Route(string route, Func<ReceivedRequest, ScriptedReply> answer) => _routes[route] = answer;

    /// <summary>Ends once so many requests have been read.</summary>
    public Task ReceivedAsync(int count, CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_requests.Count >= count)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task.WaitAsync(cancellation);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<ReceivedRequest> ReadAsync(HttpContext context)
    {
        using var wire = new MemoryStream();
        await context.Request.Body.CopyToAsync(wire, context.RequestAborted);
        var body = wire.ToArray();
        if (context.Request.Headers.ContentEncoding == "gzip")
        {
            using var plain = new MemoryStream();
            await using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
            await gzip.CopyToAsync(plain, context.RequestAborted);
            body = plain.ToArray();
        }

        var headers = context.Request.Headers.ToDictionary(static header => header.Key, static header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new ReceivedRequest(context.Request.Method, context.Request.Path + context.Request.QueryString, headers, body, (int)wire.Length);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await ReadAsync(context);
        Note(request);
        var reply = _script.TryDequeue(out var scripted) ? scripted : ScriptedReply.Normal;
        if (reply.Fault == ReplyFault.Hang)
        {
            await WaitForAbortAsync(context);
            return;
        }

        if (reply.Status == 0)
        {
            var own = Own(request);
            reply = reply.Fault == ReplyFault.None ? own : own with { Fault = reply.Fault };
        }

        if (reply.Fault == ReplyFault.Reset)
        {
            context.Abort();
            return;
        }

        await WriteAsync(context, reply);
    }

    private void Note(ReceivedRequest request)
    {
        lock (_gate)
        {
            _requests.Enqueue(request);
            foreach (var (_, reached) in _waiting.Where(waiting => waiting.Count <= _requests.Count))
            {
                reached.TrySetResult();
            }
        }
    }

    private ScriptedReply Own(ReceivedRequest request)
    {
        if (Math.Max(request.Body.Length, request.WireBytes) > MaxBodyBytes)
        {
            return new ScriptedReply { Status = 413 };
        }

        if (Authorization is not null && request.Header("Authorization") != Authorization)
        {
            return ScriptedReply.Json(401, """{"error":{"type":"security_exception","reason":"missing authentication credentials"},"status":401}""");
        }

        if (_routes.TryGetValue(request.Route, out var route))
        {
            return route(request);
        }

        return request.Route switch
        {
            "POST /_bulk" => Bulk.Store(request),
            "POST /services/collector/event" => Hec.Store(request),
            "POST /services/collector/ack" => Hec.Acknowledge(request),
            _ => ScriptedReply.Json(404, """{"error":"no handler found","status":404}"""),
        };
    }

    private static async Task WriteAsync(HttpContext context, ScriptedReply reply)
    {
        var body = Encoding.UTF8.GetBytes(reply.Body);
        context.Response.StatusCode = reply.Status;
        context.Response.ContentType = reply.ContentType;
        context.Response.ContentLength = body.Length;
        foreach (var (name, value) in reply.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (reply.Fault == ReplyFault.Cut)
        {
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(body);
    }

    private static async Task WaitForAbortAsync(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }
}
