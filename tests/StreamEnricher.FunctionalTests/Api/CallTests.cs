using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using StreamEnricher.Cli.Api.Security;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>Every call of the API with every kind of token that is not good, and with each role.</summary>
public sealed class CallTests
{
    private const string Viewers = "viewer analyst admin";
    private const string Admins = "admin";

    public static TheoryData<string, string, string> Calls => new()
    {
        { "POST", "/api/events/enrich?deliver=false", "analyst admin" },
        { "GET", "/api/events/enriched", Viewers },
        { "GET", "/api/siem/status", Viewers },
        { "GET", "/api/pipeline", Viewers },
        { "GET", "/api/live", Viewers },
        { "GET", "/api/group", Viewers },
        { "GET", "/api/stream", Viewers },
        { "GET", "/api/session", Viewers },
        { "GET", "/api/tap", Viewers },
        { "GET", "/api/attack/layer", Viewers },
        { "GET", "/api/attack/matrix", Viewers },
        { "GET", "/api/attack/techniques/T1046", Viewers },
        { "GET", "/api/sinks", Viewers },
        { "POST", "/api/sinks/siem/pause", Admins },
        { "POST", "/api/sinks/siem/resume", Admins },
        { "POST", "/api/sinks/siem/rewind", Admins },
        { "GET", "/api/dead-letters", Viewers },
        { "GET", "/api/dead-letters/6f1ed002ab5595859014ebf0951522d9", Viewers },
        { "POST", "/api/dead-letters/replay", Admins },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Only_a_good_token_with_the_role_gets_in(string method, string path, string roles)
    {
        await using var rig = await ApiRig.StartAsync();

        foreach (var (what, token) in Bad())
        {
            Assert.True(await StatusAsync(rig, method, path, token) == HttpStatusCode.Unauthorized, what);
        }

        foreach (var role in Roles.All.Append("other"))
        {
            var status = await StatusAsync(rig, method, path, ApiRig.Token(role));
            if (roles.Split(' ').Contains(role))
            {
                Assert.False(status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, $"{role}: {status}");
            }
            else
            {
                Assert.True(status == HttpStatusCode.Forbidden, $"{role}: {status}");
            }
        }
    }

    [Fact]
    public async Task Every_call_of_the_document_is_in_the_list()
    {
        await using var rig = await ApiRig.StartAsync();
        var document = (await rig.GetAsync("/openapi/v1.json", null)).Json;

        var described = document["paths"]!.AsObject()
            .Where(static path => path.Key.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(static path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));
        var tested = Calls.Select(static row => row.Data).Select(static call => $"{call.Item1} {call.Item2.Split('?')[0]}")
            .Select(static call => call.Replace("/sinks/siem/", "/sinks/{name}/", StringComparison.Ordinal)
                .Replace("T1046", "{id}", StringComparison.Ordinal).Replace("6f1ed002ab5595859014ebf0951522d9", "{eventId}", StringComparison.Ordinal));

        Assert.Equal(tested.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_hundred_clients_that_read_and_listen_at_once_are_all_answered()
    {
        string[] paths =
        [
            "/api/live", "/api/session", "/api/sinks", "/api/siem/status", "/api/pipeline", "/api/events/enriched", "/api/attack/layer", "/api/attack/techniques/T1046", "/api/dead-letters",
            "/api/stream",
        ];
        await using var rig = await ApiRig.StartAsync($"{ApiRig.WithSecret}, limits: {{ rate: 100000 }}");
        var begun = TimeProvider.System.GetTimestamp();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 200).Select(async client =>
        {
            var token = ApiRig.Token(Roles.Viewer, subject: $"client {client}");
            var own = new List<(string Path, HttpStatusCode Status)>();
            foreach (var path in paths)
            {
                own.Add((path, await StatusAsync(rig, "GET", path, token)));
            }

            return own;
        }));

        var took = TimeProvider.System.GetElapsedTime(begun);
        var counts = statuses.SelectMany(static own => own).CountBy(static one => one).ToDictionary();
        TestContext.Current.TestOutputHelper?.WriteLine($"2000 requests of 200 clients in {took.TotalSeconds:0.0} s: {string.Join(", ", counts.Select(static one => $"{one.Key.Path} {(int)one.Key.Status} x {one.Value}"))}");
        Assert.All(paths[..^1], path => Assert.Equal(200, counts[(path, HttpStatusCode.OK)]));

        // Streams are few by design: who comes too late is told so.
        Assert.Equal(200, counts.GetValueOrDefault(("/api/stream", HttpStatusCode.OK)) + counts.GetValueOrDefault(("/api/stream", HttpStatusCode.TooManyRequests)));
    }

    private static IEnumerable<(string What, string? Token)> Bad()
    {
        var exp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 900;
        var claims = Part($$"""{"sub":"x","roles":["admin"],"exp":{{exp}}}""");
        yield return ("no token", null);
        yield return ("no JWT", "abc");
        yield return ("wrong signature", Signed(claims, "another secret of at least thirty-two bytes"));
        yield return ("alg none", $"{Part("""{"alg":"none","typ":"JWT"}""")}.{claims}.");
        yield return ("expired", ApiRig.Token(Roles.Admin, lifetime: TimeSpan.FromMinutes(-1)));
    }

    private static string Signed(string claims, string secret)
    {
        var text = $"{Part("""{"alg":"HS256","typ":"JWT"}""")}.{claims}";
        return $"{text}.{Base64UrlEncoder.Encode(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Part(string json) => Base64UrlEncoder.Encode(json);

    /// <summary>The status alone: some answers never end.</summary>
    private static async Task<HttpStatusCode> StatusAsync(ApiRig rig, string method, string path, string? token)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        using var response = await rig.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
