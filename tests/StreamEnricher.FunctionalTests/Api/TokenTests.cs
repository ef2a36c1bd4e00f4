using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using StreamEnricher.Cli.Api.Security;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>Who gets in. The table of docs/security.md is made of these.</summary>
public sealed class TokenTests : IDisposable
{
    private const string Event = """{"event":{"event_type":"threat","timestamp":"2026-03-01T00:00:00Z","severity":"high"},"source_service":"traffic_monitor"}""";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keys-");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string, string, string> Refused => new()
    {
        { "no token", "", "send a token: Authorization: Bearer …" },
        { "no JWT", "abc", "the token cannot be used" },
        { "wrong signature", Signed(Header("HS256"), Claims(), "another secret of at least thirty-two bytes"), "the token is not signed with a key and an alg that are taken" },
        { "alg none", $"{Part(Header("none"))}.{Part(Claims())}.", "the token is not signed with a key and an alg that are taken" },
        { "alg None in another case", $"{Part(Header("nOnE"))}.{Part(Claims())}.", "the token is not signed with a key and an alg that are taken" },
        { "another alg with the same secret", Signed(Header("HS384"), Claims(), ApiRig.Secret, "HS384"), "the token is not signed with a key and an alg that are taken" },
        { "expired", ApiRig.Token(Roles.Admin, lifetime: TimeSpan.FromMinutes(-1)), "the token has expired, or is not valid yet" },
        { "not valid yet", Signed(Header("HS256"), Claims(notBefore: 600), ApiRig.Secret), "the token has expired, or is not valid yet" },
        { "without exp", Signed(Header("HS256"), """{"sub":"x","roles":["admin"]}""", ApiRig.Secret), "the token has no exp" },
        { "changed claims", Changed(ApiRig.Token(Roles.Viewer)), "the token is not signed with a key and an alg that are taken" },
        { "too long", new string('a', 9000), "the token cannot be used" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task A_token_that_is_not_good_is_refused_with_the_reason(string what, string token, string reason)
    {
        await using var rig = await ApiRig.StartAsync();

        var answer = await rig.GetAsync("/api/siem/status", token.Length == 0 ? null : token);

        Assert.Equal(reason, answer.ProblemOf(HttpStatusCode.Unauthorized));
        Assert.StartsWith("Bearer", answer.Challenge, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiRig.Secret, answer.Body, StringComparison.Ordinal);
        Assert.True(token.Length == 0 || !answer.Body.Contains(token, StringComparison.Ordinal), what);
    }

    [Theory]
    [InlineData(Roles.Viewer, HttpStatusCode.Forbidden, HttpStatusCode.OK)]
    [InlineData(Roles.Analyst, HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData(Roles.Admin, HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData("Admin", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData("other", HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    public async Task A_role_decides_what_may_be_called(string role, HttpStatusCode post, HttpStatusCode read)
    {
        await using var rig = await ApiRig.StartAsync();
        var token = ApiRig.Token(role);

        var posted = await rig.PostAsync("/api/events/enrich?deliver=false", Event, token);

        Assert.Equal(post, posted.Status);
        if (post == HttpStatusCode.Forbidden)
        {
            Assert.Equal("the token has none of the roles admin, analyst (claim role or roles)", posted.ProblemOf(HttpStatusCode.Forbidden));
        }

        foreach (var path in new[] { "/api/siem/status", "/api/pipeline", "/api/events/enriched" })
        {
            Assert.Equal(read, (await rig.GetAsync(path, token)).Status);
        }
    }

    [Theory]
    [InlineData("""{"sub":"x","exp":#,"role":"viewer"}""")]
    [InlineData("""{"sub":"x","exp":#,"roles":"viewer"}""")]
    [InlineData("""{"sub":"x","exp":#,"role":["other","viewer"]}""")]
    public async Task Roles_may_stand_in_role_or_roles_as_text_or_list(string claims)
    {
        await using var rig = await ApiRig.StartAsync();
        var token = Signed(Header("HS256"), claims.Replace("#", Seconds(300), StringComparison.Ordinal), ApiRig.Secret);

        Assert.Equal(HttpStatusCode.OK, (await rig.GetAsync("/api/siem/status", token)).Status);
    }

    [Fact]
    public async Task Without_a_key_no_token_is_taken_and_calls_without_a_role_work()
    {
        await using var rig = await ApiRig.StartAsync("limits: {}");

        var answer = await rig.GetAsync("/api/siem/status", ApiRig.Token(Roles.Admin));
        var none = await rig.GetAsync("/api/siem/status", $"{Part(Header("none"))}.{Part(Claims())}.");

        Assert.Equal("this process has no key to check tokens with: set api.jwt in its pipeline file", answer.ProblemOf(HttpStatusCode.Unauthorized));
        Assert.Equal(HttpStatusCode.Unauthorized, none.Status);
        Assert.Equal(HttpStatusCode.OK, (await rig.GetAsync("/health/live", null)).Status);
        Assert.Equal(HttpStatusCode.OK, (await rig.GetAsync("/metrics", null)).Status);
    }

    [Fact]
    public async Task Public_keys_take_RS256_and_ES256_and_never_serve_as_a_secret()
    {
        using var rsa = RSA.Create(2048);
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (rsaPem, curvePem) = (Written("rsa.pem", rsa.ExportSubjectPublicKeyInfoPem()), Written("ec.pem", curve.ExportSubjectPublicKeyInfoPem()));
        await using var ofRsa = await ApiRig.StartAsync($"jwt: {{ public_key: {rsaPem} }}");
        await using var ofCurve = await ApiRig.StartAsync($"jwt: {{ public_key: {curvePem} }}");
        var rs256 = TokenIssuer.OfPrivateKey(rsa.ExportPkcs8PrivateKeyPem(), TimeProvider.System).Issue("x", [Roles.Viewer], TimeSpan.FromMinutes(1));
        var es256 = TokenIssuer.OfPrivateKey(curve.ExportPkcs8PrivateKeyPem(), TimeProvider.System).Issue("x", [Roles.Viewer], TimeSpan.FromMinutes(1));
        var confused = Signed(Header("HS256"), Claims(), rsa.ExportSubjectPublicKeyInfoPem());

        Assert.Equal(HttpStatusCode.OK, (await ofRsa.GetAsync("/api/siem/status", rs256)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ofRsa.GetAsync("/api/siem/status", es256)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ofRsa.GetAsync("/api/siem/status", confused)).Status);
        Assert.Equal(HttpStatusCode.OK, (await ofCurve.GetAsync("/api/siem/status", es256)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ofCurve.GetAsync("/api/siem/status", rs256)).Status);
    }

    [Fact]
    public async Task Keys_of_a_JWKS_file_are_found_by_their_id_and_secrets_in_it_are_passed_over()
    {
        using var rsa = RSA.Create(2048);
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.ExportParameters(false)) { KeyId = "k1" });
        var shared = Convert.ToBase64String(Encoding.UTF8.GetBytes(ApiRig.Secret)).TrimEnd('=');
        var file = Written("jwks.json", $$"""{"keys":[{"kty":"RSA","kid":"k1","n":"{{key.N}}","e":"{{key.E}}"},{"kty":"oct","kid":"s","k":"{{shared}}"}]}""");
        await using var rig = await ApiRig.StartAsync($"jwt: {{ jwks: {file} }}");
        var good = new TokenIssuer(new SigningCredentials(new RsaSecurityKey(rsa) { KeyId = "k1" }, SecurityAlgorithms.RsaSha256), TimeProvider.System).Issue("x", [Roles.Viewer], TimeSpan.FromMinutes(1));

        Assert.Equal(HttpStatusCode.OK, (await rig.GetAsync("/api/siem/status", good)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await rig.GetAsync("/api/siem/status", ApiRig.Token(Roles.Admin))).Status);
    }

    [Fact]
    public async Task Issuer_and_audience_must_be_right_when_they_are_configured()
    {
        await using var rig = await ApiRig.StartAsync($"jwt: {{ secret: \"{ApiRig.Secret}\", issuer: idp, audience: streamenricher }}");
        var issuer = TokenIssuer.OfSecret(ApiRig.Secret, TimeProvider.System);
        string Token(string iss, string aud) => issuer.Issue("x", [Roles.Viewer], TimeSpan.FromMinutes(1), iss, aud);

        Assert.Equal(HttpStatusCode.OK, (await rig.GetAsync("/api/siem/status", Token("idp", "streamenricher"))).Status);
        Assert.Equal("the token is of another issuer", (await rig.GetAsync("/api/siem/status", Token("other", "streamenricher"))).ProblemOf(HttpStatusCode.Unauthorized));
        Assert.Equal("the token is for another audience", (await rig.GetAsync("/api/siem/status", Token("idp", "other"))).ProblemOf(HttpStatusCode.Unauthorized));
    }

    private static string Header(string algorithm) => $$"""{"alg":"{{algorithm}}","typ":"JWT"}""";

    private static string Claims(int notBefore = -60) => $$"""{"sub":"x","roles":["admin"],"nbf":{{Seconds(notBefore)}},"exp":{{Seconds(900)}}}""";

    private static string Seconds(int fromNow) => (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + fromNow).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Part(string json) => Base64UrlEncoder.Encode(json);

    private static string Signed(string header, string claims, string secret, string algorithm = "HS256")
    {
        var text = $"{Part(header)}.{Part(claims)}";
        var (key, bytes) = (Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(text));
        return $"{text}.{Base64UrlEncoder.Encode(algorithm == "HS384" ? HMACSHA384.HashData(key, bytes) : HMACSHA256.HashData(key, bytes))}";
    }

    /// <summary>The token with other roles and the same signature.</summary>
    private static string Changed(string token)
    {
        var parts = token.Split('.');
        var claims = JsonNode.Parse(Base64UrlEncoder.Decode(parts[1]))!;
        claims["roles"] = new JsonArray("admin");
        return $"{parts[0]}.{Part(claims.ToJsonString())}.{parts[2]}";
    }

    private string Written(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
