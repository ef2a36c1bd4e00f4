using StreamEnricher.Delivery.Pacing;
using StreamEnricher.Delivery.Taxii;

namespace StreamEnricher.IntegrationTests.Intelligence;

/// <summary>A medallion of a test's own.</summary>
internal sealed class Medallion : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("medallion-");
    private Dictionary<string, string> _said = [];

    private Medallion()
    {
    }

    public string Port => _said["port"];

    /// <summary>Where its client finds it.</summary>
    public IReadOnlyList<string> Address => ["--dir", _folder.FullName];

    public static async Task<Medallion> StartAsync(params IReadOnlyList<string> switches)
    {
        var server = new Medallion();
        await server.LaunchAsync("0", switches);
        return server;
    }

    /// <summary>Dies; what it holds is gone.</summary>
    public Task KillAsync() => StixTool.RunAsync(["taxii", "kill", .. Address]);

    /// <summary>Comes back empty at its address.</summary>
    public Task RestartAsync(params IReadOnlyList<string> switches) => LaunchAsync(Port, switches);

    /// <summary>The collection that can be read and written.</summary>
    public TaxiiOptions Options => new()
    {
        Name = "intel",
        ApiRoot = new Uri(_said["api_root"]),
        Collection = _said["collection_rw"],
        Username = _said["user"],
        Password = _said["password"],
        RateLimit = new RateLimit(100_000, IsBytes: false),
    };

    /// <summary>Another of its collections: ro or wo.</summary>
    public string Collection(string kind) => _said[$"collection_{kind}"];

    public async ValueTask DisposeAsync()
    {
        await StixTool.TryAsync(null, ["taxii", "stop", .. Address]);
        _folder.Delete(recursive: true);
    }

    private async Task LaunchAsync(string port, IReadOnlyList<string> switches)
    {
        var output = await StixTool.RunAsync(["taxii", "start", "--port", port, .. Address, .. switches]);
        _said = output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split('=', 2)).Where(static pair => pair.Length == 2)
            .ToDictionary(static pair => pair[0], static pair => pair[1], StringComparer.Ordinal);
    }
}
