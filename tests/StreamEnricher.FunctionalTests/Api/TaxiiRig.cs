using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using StreamEnricher.Kafka;
using StreamEnricher.Testing.Delivery;
using StreamEnricher.Testing.Kafka;

namespace StreamEnricher.FunctionalTests.Api;

/// <summary>The TAXII server of a pipeline over a topic of an embedded broker.</summary>
internal sealed class TaxiiRig : IAsyncDisposable
{
    /// <summary>User and password.</summary>
    public const string Credentials = "reader:twelve chars or more";

    private const string Topic = "stix-objects";
    private readonly EmbeddedBroker _broker;

    private TaxiiRig(EmbeddedBroker broker, ApiRig api) => (_broker, Api) = (broker, api);

    public ApiRig Api { get; }

    /// <param name="objects">Indicators in the topic, behind their identity.</param>
    /// <param name="keys">More keys of <c>api.taxii</c>.</param>
    public static async Task<TaxiiRig> StartAsync(int objects = 0, string keys = "username: reader, password: twelve chars or more")
    {
        var broker = EmbeddedBroker.Start();
        broker.CreateTopics(Topic);
        if (objects > 0)
        {
            await WriteAsync(broker, [.. StixObjects.Group(objects).Select(static one => (one.Id, Encoding.UTF8.GetString(one.Json.Span)))]);
        }

        var api = await ApiRig.StartAsync($"{ApiRig.WithSecret}, taxii: {{ {keys} }}", $"{{ intel: {{ stix: {{ to: {{ kafka: {{ topic: {Topic} }} }} }} }} }}", kafka: broker.BootstrapServers);
        var rig = new TaxiiRig(broker, api);
        await SourceProbe.UntilAsync(() => api.Parts.Backend.Taxii!.Store.IsCaughtUp, "the topic is read", TestContext.Current.CancellationToken);
        return rig;
    }

    /// <summary>Writes objects, and waits until they are served.</summary>
    public async Task WriteAsync(params (string Key, string? Json)[] objects)
    {
        await WriteAsync(_broker, objects);
        var store = Api.Parts.Backend.Taxii!.Store;
        await SourceProbe.UntilAsync(
            () => objects.All(one => store.Has(one.Key, null) == one.Json is not null), "the objects are served", TestContext.Current.CancellationToken);
    }

    public Task<TaxiiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials))}");

    public async Task<TaxiiAnswer> SendAsync(HttpMethod method, string path, string? authorization, string? accept = "application/taxii+json;version=2.1")
    {
        using var request = new HttpRequestMessage(method, path);
        Add(request, "Authorization", authorization);
        Add(request, "Accept", accept);
        using var response = await Api.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var type = response.Content.Headers.NonValidated["Content-Type"].ToString();
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
        return new TaxiiAnswer(
            response.StatusCode, body.Length == 0 ? null : JsonNode.Parse(body), type, Header("WWW-Authenticate"),
            Header("X-TAXII-Date-Added-First"), Header("X-TAXII-Date-Added-Last"));
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await _broker.DisposeAsync();
    }

    private static void Add(HttpRequestMessage request, string name, string? value)
    {
        if (value is not null)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
    }

    private static Task<long> WriteAsync(EmbeddedBroker broker, IReadOnlyList<(string Key, string? Json)> objects) => new Topics(broker.BootstrapServers).WriteAsync(
        Topic, 0, objects.Select(static one => new Message<byte[], byte[]?> { Key = Encoding.UTF8.GetBytes(one.Key), Value = one.Json is null ? null : Encoding.UTF8.GetBytes(one.Json) }));
}

/// <summary>A server with one indicator for all tests of a class.</summary>
public sealed class TaxiiFixture : IAsyncLifetime
{
    /// <summary>The server.</summary>
    internal TaxiiRig Rig { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Rig = await TaxiiRig.StartAsync(objects: 1, "username: reader, password: twelve chars or more");

    public ValueTask DisposeAsync() => Rig.DisposeAsync();
}

/// <summary>An answer of the TAXII server.</summary>
internal sealed record TaxiiAnswer(HttpStatusCode Status, JsonNode? Json, string Type, string? Challenge, string? First, string? Last)
{
    /// <summary>Names of the objects of an envelope.</summary>
    public string Names => string.Join(' ', Json!["objects"]?.AsArray().Select(static one => (string?)one!["name"]) ?? []);
}
