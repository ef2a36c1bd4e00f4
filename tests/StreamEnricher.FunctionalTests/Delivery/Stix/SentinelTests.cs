using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using StreamEnricher.Core.Delivery;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Delivery.Http;
using StreamEnricher.Delivery.Sentinel;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Servers;

namespace StreamEnricher.FunctionalTests.Delivery.Stix;

/// <summary>Microsoft Sentinel's upload API and Entra's tokens, scripted.</summary>
public sealed class SentinelTests : IAsyncDisposable
{
    private const string TokenRoute = "POST /tenant/oauth2/v2.0/token";
    private const string UploadRoute = "POST /workspaces/workspace/threat-intelligence-stix-objects:upload";
    private readonly SinkCounters _counters = new();
    private readonly SkippingClock _clock = new();
    private ScriptedServer _server = null!;
    private SentinelDestination _destination = null!;
    private int _tokens;

    public async ValueTask DisposeAsync()
    {
        await _destination.DisposeAsync();
        await _server.DisposeAsync();
        _counters.Dispose();
    }

    [Fact]
    public async Task Objects_are_uploaded_with_a_token_and_without_the_types_that_sentinel_does_not_take()
    {
        await StartAsync();

        Assert.Empty(await DeliverAsync(StixObjects.Of("marking-definition", 1, "amber", null), StixObjects.Identity, StixObjects.Indicator(1), StixObjects.Of("sighting", 1, "seen")));

        var token = _server.Requests[0];
        Assert.Equal((TokenRoute, "grant_type=client_credentials&client_id=client&client_secret=s3cret&scope=https%3A%2F%2Fmanagement.azure.com%2F.default"), (token.Route, token.Text));
        var upload = _server.Requests[1];
        Assert.EndsWith("?api-version=2024-02-01-preview", upload.Path, StringComparison.Ordinal);
        Assert.Equal(("Bearer token1", "application/json"), (upload.Header("Authorization"), upload.Header("Content-Type")));
        var body = JsonNode.Parse(upload.Text)!;
        Assert.Equal("ACME", (string?)body["sourcesystem"]);
        Assert.Equal(["who i1"], Uploads);
        Assert.Equal(2, _counters.Events("delivered"));
    }

    [Fact]
    public async Task Requests_hold_at_most_100_objects_and_keep_to_100_a_minute()
    {
        await StartAsync();
        Assert.Empty(await DeliverAsync([.. StixObjects.Group(299)]));
        Assert.Equal([100, 100, 100, 3], Uploads.Select(static names => names.Split(' ').Length));
        Assert.All(_clock.Waits, static wait => Assert.Equal(600, wait.TotalMilliseconds, 1.0));
        Assert.Equal(300, _counters.Events("delivered"));
    }

    [Fact]
    public async Task An_object_that_the_answer_names_is_refused_and_the_others_are_delivered()
    {
        await StartAsync();
        _server.Route(UploadRoute, static _ => ScriptedReply.Json(200, """{"errors":[{"recordIndex":2,"errorMessages":["Error for Property=validUntil: Invalid Timestamp."]}]}"""));

        var refused = Assert.Single(await DeliverAsync(StixObjects.Of("marking-definition", 1, "amber", null), StixObjects.Identity, StixObjects.Indicator(1), StixObjects.Indicator(2)));

        Assert.Equal((3, DeadLetterReason.StixRejected), (refused.Index, refused.Reason));
        Assert.Contains("Invalid Timestamp", refused.Detail, StringComparison.Ordinal);
        Assert.Equal((2, 1), (_counters.Events("delivered"), _counters.Events("rejected")));
    }

    [Fact]
    public async Task A_request_that_is_bad_as_a_whole_is_halved()
    {
        await StartAsync();
        _server.Route(UploadRoute, static request => request.Text.Contains("\"i2\"", StringComparison.Ordinal)
            ? ScriptedReply.Json(400, """{"error":{"code":"BadRequest"}}""")
            : ScriptedReply.Json(200, "{}"));

        Assert.Equal(2, Assert.Single(await DeliverAsync([.. StixObjects.Group(3)])).Index);
        Assert.Equal((3, 1), (_counters.Events("delivered"), _counters.Events("rejected")));
    }

    [Theory]
    [InlineData(401, "Sentinel refuses the token (401)")]
    [InlineData(403, "the application may not write to the workspace (403): give it the role Microsoft Sentinel Contributor")]
    [InlineData(404, "Sentinel does not know the workspace (404)")]
    [InlineData(302, "the address redirects (302)")]
    public async Task What_the_operator_must_repair_holds_the_sink_and_the_next_try_has_a_new_token(int status, string reason)
    {
        await StartAsync();
        _server.Then(ScriptedReply.Normal, ScriptedReply.Html(status));
        string? held = null;
        _clock.Waiting = _ => held ??= _destination.Health.HeldReason;

        Assert.Empty(await DeliverAsync([.. StixObjects.Group(1)]));

        Assert.StartsWith(reason, held, StringComparison.Ordinal);
        Assert.False(_destination.Health.IsHeld);
        Assert.Equal("Bearer token2", _server.Requests[^1].Header("Authorization"));
    }

    [Fact]
    public async Task Without_a_token_the_sink_is_held_and_says_no_secret()
    {
        await StartAsync();
        _server.Then(ScriptedReply.Json(401, """{"error":"invalid_client","error_description":"secret s3cret is wrong"}"""));
        string? held = null;
        _clock.Waiting = _ => held ??= _destination.Health.HeldReason;

        Assert.Empty(await DeliverAsync([.. StixObjects.Group(1)]));

        Assert.Equal("Microsoft Entra gives no token (401, invalid_client): check tenant, client_id and client_secret", held);
    }

    [Fact]
    public async Task Overload_lost_answers_and_pages_are_tried_again()
    {
        await StartAsync();
        _server.Then(
            ScriptedReply.Html(503), ScriptedReply.Html(200), ScriptedReply.Normal, ScriptedReply.Json(429, "").RetryAfter(9), ScriptedReply.ResetAfterStoring, ScriptedReply.Html(200));

        Assert.Empty(await DeliverAsync([.. StixObjects.Group(1)]));

        Assert.Contains(TimeSpan.FromSeconds(9), _clock.Waits);
        Assert.Equal(2, _counters.Events("delivered"));
        Assert.Equal(2, _counters.Retries("overload"));
    }

    [Fact]
    public async Task A_token_is_kept_until_shortly_before_it_ends()
    {
        await StartAsync();
        await DeliverAsync(StixObjects.Indicator(1));
        await DeliverAsync(StixObjects.Indicator(2));
        _clock.Advance(TimeSpan.FromMinutes(59));
        await DeliverAsync(StixObjects.Indicator(3));
        Assert.Equal(2, _tokens);
    }

    [Fact]
    public async Task The_check_asks_for_a_token()
    {
        await StartAsync();
        Assert.Null(await SentinelDestination.CheckAsync(Options(), _clock, TestContext.Current.CancellationToken));
        _server.Then(ScriptedReply.Json(400, """{"error":"unauthorized_client"}"""));
        Assert.Contains("unauthorized_client", await SentinelDestination.CheckAsync(Options(), _clock, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", Options().ToString(), StringComparison.Ordinal);
    }

    private IEnumerable<string> Uploads => _server.Requests
        .Where(static request => request.Route == UploadRoute)
        .Select(static request => string.Join(' ', JsonNode.Parse(request.Text)!["stixobjects"]!.AsArray().Select(static one => (string?)one!["name"])));

    private async Task StartAsync()
    {
        _server = await ScriptedServer.StartAsync();
        _server.Route(TokenRoute, _ => ScriptedReply.Json(200, $$"""{"token_type":"Bearer","expires_in":3599,"access_token":"token{{++_tokens}}"}"""));
        _server.Route(UploadRoute, static _ => ScriptedReply.Json(200, ""));
        _destination = new SentinelDestination(Options(), _counters.Metrics, _clock, NullLogger<SentinelDestination>.Instance);
    }

    private SentinelOptions Options() => new()
    {
        Name = "sentinel",
        Workspace = "workspace",
        Tenant = "tenant",
        ClientId = "client",
        ClientSecret = "s3cret",
        SourceSystem = "ACME",
        Endpoint = _server.Url,
        Authority = _server.Url,
        Http = new HttpSettings { Timeout = SkippingClock.NeverByItself },
    };

    private async Task<IReadOnlyList<RefusedStixObject>> DeliverAsync(params StixDelivery[] objects) => await _destination.DeliverAsync(objects, TestContext.Current.CancellationToken);
}
