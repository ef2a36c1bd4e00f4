using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace StreamEnricher.Cli.Demo;

/// <summary>The demo's Elasticsearch and Splunk: one HTTP server on loopback, on a free port.</summary>
internal sealed class DemoReceivers : IAsyncDisposable
{
    private readonly WebApplication _server;

    private DemoReceivers(WebApplication server) => _server = server;

    /// <summary>What arrived by <c>_bulk</c>.</summary>
    public BulkReceiver Bulk { get; } = new();

    /// <summary>What arrived by HEC.</summary>
    public HecReceiver Hec { get; } = new();

    /// <summary>Address of both.</summary>
    public string Url { get; private set; } = "";

    public static async Task<DemoReceivers> StartAsync(CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
            options.Limits.MaxRequestBodySize = null;
        });
        var server = builder.Build();
        var receivers = new DemoReceivers(server);
        server.MapPost("/_bulk", receivers.BulkAsync);
        server.MapPost("/services/collector/event", receivers.HecAsync);
        await server.StartAsync(cancellation);
        receivers.Url = server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return receivers;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task<byte[]> BodyAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }

    private async Task BulkAsync(HttpContext context)
    {
        var reply = Bulk.Store(await BodyAsync(context));
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(reply, context.RequestAborted);
    }

    private async Task HecAsync(HttpContext context)
    {
        var (status, reply) = Hec.Store(await BodyAsync(context));
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(reply, context.RequestAborted);
    }
}
