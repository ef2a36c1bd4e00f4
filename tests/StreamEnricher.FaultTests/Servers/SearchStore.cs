using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StreamEnricher.FaultTests.Servers;

/// <summary>A data stream of Elasticsearch or OpenSearch, as it is found afterwards.</summary>
internal sealed class SearchStore(Uri server, string dataStream) : IAsyncDisposable
{
    private const int Page = 10_000;
    private readonly HttpClient _client = new() { BaseAddress = server, Timeout = TimeSpan.FromMinutes(2) };

    /// <summary>Its name.</summary>
    public string DataStream => dataStream;

    /// <summary>Documents in it; 0 while it does not exist or the server is away.</summary>
    public async Task<long> CountAsync()
    {
        try
        {
            await _client.PostAsync(new Uri($"/{dataStream}/_refresh", UriKind.Relative), null);
            using var answer = JsonDocument.Parse(await _client.GetStringAsync(new Uri($"/{dataStream}/_count", UriKind.Relative)));
            return answer.RootElement.GetProperty("count").GetInt64();
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>The ids of all documents.</summary>
    public async Task<IReadOnlySet<UInt128>> IdsAsync()
    {
        await CountAsync();
        var ids = new HashSet<UInt128>();
        var (path, query) = ($"/{dataStream}/_search?scroll=1m", $$"""{"size":{{Page}},"_source":false,"sort":["_doc"]}""");
        while (true)
        {
            using var request = new StringContent(query, Encoding.UTF8, "application/json");
            using var reply = await _client.PostAsync(new Uri(path, UriKind.Relative), request);
            reply.EnsureSuccessStatusCode();
            using var answer = JsonDocument.Parse(await reply.Content.ReadAsByteArrayAsync());
            var hits = answer.RootElement.GetProperty("hits").GetProperty("hits");
            if (hits.GetArrayLength() == 0)
            {
                return ids;
            }

            foreach (var hit in hits.EnumerateArray())
            {
                ids.Add(UInt128.Parse(hit.GetProperty("_id").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            }

            (path, query) = ("/_search/scroll", JsonSerializer.Serialize(new { scroll = "1m", scroll_id = answer.RootElement.GetProperty("_scroll_id").GetString() }));
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _client.DeleteAsync(new Uri($"/_data_stream/{dataStream}", UriKind.Relative));
        }
        catch (HttpRequestException)
        {
            // The server is away; it is a test's.
        }

        _client.Dispose();
    }
}
