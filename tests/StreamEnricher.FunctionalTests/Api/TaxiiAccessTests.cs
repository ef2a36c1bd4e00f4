using System.Net;
using System.Text;
using StreamEnricher.Cli.Api.Security;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>Who may read from the TAXII server. The table of docs/security.md is made of these.</summary>
public sealed class TaxiiAccessTests(TaxiiFixture fixture) : IClassFixture<TaxiiFixture>
{
    public static TheoryData<string> Paths =>
    [
        "/taxii2/", "/taxii2/root/", "/taxii2/root/collections/", "/taxii2/root/collections/all/", "/taxii2/root/collections/all/objects/", "/taxii2/root/collections/all/manifest/",
        "/taxii2/root/collections/all/objects/a--1/", "/taxii2/root/collections/all/objects/a--1/versions/", "/taxii2/anything",
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Without_credentials_nothing_is_answered(string path)
    {
        var answer = await fixture.Rig.SendAsync(HttpMethod.Get, path, null);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.Equal("Basic realm=\"taxii\", charset=\"UTF-8\", Bearer", answer.Challenge);
    }

    [Theory]
    [InlineData("reader:wrong password!")]
    [InlineData("reader:")]
    [InlineData("Reader:twelve chars or more")]
    [InlineData("reader:twelve chars or more ")]
    [InlineData(":twelve chars or more")]
    [InlineData("")]
    public async Task Other_credentials_are_refused_and_not_repeated(string credentials)
    {
        var answer = await fixture.Rig.SendAsync(HttpMethod.Get, "/taxii2/", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.DoesNotContain("twelve", answer.Json!.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Basic not-base64!")]
    [InlineData("Basic")]
    [InlineData("Digest x")]
    public async Task What_is_no_basic_authentication_is_refused(string authorization)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Rig.SendAsync(HttpMethod.Get, "/taxii2/", authorization)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Rig.SendAsync(HttpMethod.Get, "/taxii2/", "Basic " + new string('A', 5000))).Status);
    }

    [Theory]
    [InlineData(Roles.Viewer, HttpStatusCode.OK)]
    [InlineData(Roles.Analyst, HttpStatusCode.OK)]
    [InlineData(Roles.Admin, HttpStatusCode.OK)]
    [InlineData("other", HttpStatusCode.Forbidden)]
    public async Task Tokens_with_a_role_are_taken_as_in_the_rest_of_the_api(string role, HttpStatusCode status)
    {
        Assert.Equal(status, (await fixture.Rig.SendAsync(HttpMethod.Get, "/taxii2/", $"Bearer {ApiRig.Token(role)}")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Rig.SendAsync(HttpMethod.Get, "/taxii2/", $"Bearer {ApiRig.Token(role, lifetime: TimeSpan.FromMinutes(-2))}")).Status);
    }

    [Fact]
    public async Task The_user_of_the_taxii_server_may_do_nothing_else()
    {
        foreach (var path in new[] { "/api/siem/status", "/api/pipeline", "/api/events/enriched" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(TaxiiRig.Credentials))}");
            Assert.Equal(HttpStatusCode.Unauthorized, (await fixture.Rig.Api.SendAsync(request, null)).Status);
        }
    }

    [Fact]
    public async Task Without_a_configured_user_basic_authentication_is_not_taken()
    {
        await using var rig = await TaxiiRig.StartAsync(keys: "title: t");
        var answer = await rig.GetAsync("/taxii2/");
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (answer.Status, answer.Challenge));
        Assert.Equal(HttpStatusCode.Unauthorized, (await rig.SendAsync(HttpMethod.Get, "/taxii2/", "Basic Og==")).Status);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("DELETE")]
    [InlineData("PUT")]
    public async Task Nothing_can_be_written(string method)
    {
        var authorization = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(TaxiiRig.Credentials))}";
        Assert.Equal(HttpStatusCode.Forbidden, (await fixture.Rig.SendAsync(new HttpMethod(method), "/taxii2/root/collections/all/objects/", authorization)).Status);
        Assert.Equal("who i1", (await fixture.Rig.GetAsync("/taxii2/root/collections/all/objects/")).Names);
    }

    [Fact]
    public async Task The_server_is_off_unless_the_pipeline_turns_it_on()
    {
        await using var rig = await ApiRig.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await rig.GetAsync("/taxii2/", ApiRig.Token(Roles.Admin))).Status);
    }
}
