using System.Globalization;
using System.Text.Json;
using StreamEnricher.Core.Intelligence;
using StreamEnricher.Delivery.Retry;

namespace StreamEnricher.Delivery.Taxii;

/// <summary>Asks a collection which versions of objects it has: a server that lists an object as failed may well have it.</summary>
internal sealed class TaxiiLookup(TaxiiClient client, Backoff backoff, SinkReporter report)
{
    /// <summary>Ids of one request: with more the address gets longer than servers take.</summary>
    private const int IdsOfRequest = 20;

    private const int MostPages = 100;

    /// <summary>Those of the objects that the collection has in the same version; null when it does not let itself be read.</summary>
    /// <exception cref="OperationCanceledException">The engine stops.</exception>
    public async Task<IReadOnlySet<StixDelivery>?> FindAsync(TaxiiCollection collection, IReadOnlyList<StixDelivery> objects, CancellationToken cancellation)
    {
        if (!collection.CanRead)
        {
            return null;
        }

        var found = new HashSet<StixDelivery>(ReferenceEqualityComparer.Instance);
        foreach (var chunk in objects.Chunk(IdsOfRequest))
        {
            if (await VersionsAsync(collection, [.. chunk.Select(static one => one.Id).Distinct()], cancellation).ConfigureAwait(false) is not { } versions)
            {
                return null;
            }

            found.UnionWith(chunk.Where(one => versions.Any(version => version.Id == one.Id && (one.Modified is null || SameTime(version.Version, one.Modified)))));
        }

        return found;
    }

    /// <summary>Both say the same moment: servers write fractions of seconds in their own way.</summary>
    public static bool SameTime(string? first, string second) =>
        first == second
        || (DateTimeOffset.TryParse(first, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var one)
            && DateTimeOffset.TryParse(second, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var other) && one == other);

    private async Task<List<(string Id, string? Version)>?> VersionsAsync(TaxiiCollection collection, IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var versions = new List<(string, string?)>();
        var query = $"?match[id]={string.Join(',', ids)}&match[version]=all&limit=100";
        var next = "";
        for (var (page, failures) = (0, 0); page < MostPages;)
        {
            var reply = await client.GetAsync(new Uri(collection.Manifest, query + next), cancellation).ConfigureAwait(false);
            report.Request(reply.Status, 0);
            if (reply.Status is >= 200 and < 300 && reply.IsJsonObject)
            {
                page++;
                if (Read(reply.Body, versions) is not { } more)
                {
                    return versions;
                }

                next = $"&next={Uri.EscapeDataString(more)}";
                continue;
            }

            if (TaxiiVerdict.Judge(reply) != TaxiiOutcome.Retry)
            {
                // 404 is how some say that there is none of these; others have no manifest at all.
                return reply.Status == 404 ? versions : null;
            }

            report.Retry(TaxiiVerdict.Word(reply), ids.Count, reply.Error ?? reply.Excerpt());
            await backoff.WaitAsync(++failures, reply.RetryAfter, cancellation).ConfigureAwait(false);
        }

        return versions;
    }

    /// <summary>Adds a page's entries; returns where the next page is, null for none.</summary>
    private static string? Read(ReadOnlyMemory<byte> body, List<(string Id, string? Version)> versions)
    {
        using var page = JsonDocument.Parse(body);
        var root = page.RootElement;
        if (root.TryGetProperty("objects", out var entries) && entries.ValueKind == JsonValueKind.Array)
        {
            foreach (var entry in entries.EnumerateArray().Where(static entry => entry.ValueKind == JsonValueKind.Object))
            {
                if (Text(entry, "id") is { } id)
                {
                    versions.Add((id, Text(entry, "version")));
                }
            }
        }

        return root.TryGetProperty("more", out var more) && more.ValueKind == JsonValueKind.True ? Text(root, "next") : null;
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
