using System.Text.Json;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.Delivery.Taxii;

/// <summary>What was found at the configured address.</summary>
/// <param name="Collection">The collection; null when there is a problem.</param>
/// <param name="Problem">What the operator can do something about, without secrets; null when all is well.</param>
/// <param name="IsPassing">The problem may go away by itself: no answer, overload.</param>
/// <param name="RetryAfter">What the server asked for.</param>
internal sealed record TaxiiFinding(TaxiiCollection? Collection, string? Problem, bool IsPassing = false, TimeSpan? RetryAfter = null);

/// <summary>Finds the collection of a sink, from discovery or API root to its rights, media types and limits.</summary>
internal sealed class TaxiiDiscovery(TaxiiOptions options, TaxiiClient client)
{
    private const string StixMediaType = "application/stix+json;version=2.1";
    private const int MostNamed = 10;
    private static readonly string[] Names = ["id", "alias", "title"];

    /// <summary>Asks the server. Changes nothing.</summary>
    public async Task<TaxiiFinding> FindAsync(CancellationToken cancellation)
    {
        try
        {
            var (url, root) = await RootAsync(cancellation).ConfigureAwait(false);
            if (!Texts(root, "versions").Any(static version => Same(version, TaxiiClient.MediaType)))
            {
                throw new FindingException($"the API root {HttpSettings.WithoutSecrets(url)} does not speak TAXII 2.1 (versions: {string.Join(", ", Texts(root, "versions"))})");
            }

            var (address, collection) = await CollectionAsync(url, cancellation).ConfigureAwait(false);
            Check(collection);
            int? most = root.TryGetProperty("max_content_length", out var length) && length.ValueKind == JsonValueKind.Number && length.TryGetInt64(out var bytes)
                ? (int)Math.Clamp(bytes, 1, int.MaxValue)
                : null;
            return new TaxiiFinding(new TaxiiCollection(url, address, IsTrue(collection, "can_read"), most), null);
        }
        catch (FindingException error)
        {
            return new TaxiiFinding(null, error.Message, error.IsPassing, error.RetryAfter);
        }
    }

    /// <summary>The API root: what the address is, or what the discovery there names.</summary>
    private async Task<(Uri Url, JsonElement Root)> RootAsync(CancellationToken cancellation)
    {
        var url = TaxiiClient.Slashed(options.ApiRoot);
        var found = await AskAsync(url, "the API root", cancellation).ConfigureAwait(false);
        if (found.TryGetProperty("versions", out _) || Texts(found, "api_roots") is not { Count: > 0 } roots)
        {
            return (url, found);
        }

        var name = found.TryGetProperty("default", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString()!
            : roots.Count == 1 ? roots[0]
            : throw new FindingException($"the server has several API roots: write one of {string.Join(", ", roots.Take(MostNamed))} as api_root");
        if (!Uri.TryCreate(url, name, out var root) || root.Scheme is not ("http" or "https") || root.GetLeftPart(UriPartial.Authority) != url.GetLeftPart(UriPartial.Authority))
        {
            // Credentials go only where the operator said.
            throw new FindingException($"the server's API root is at another address: write {name} as api_root if that is right");
        }

        root = TaxiiClient.Slashed(root);
        return (root, await AskAsync(root, "the API root", cancellation).ConfigureAwait(false));
    }

    private async Task<(Uri Url, JsonElement Collection)> CollectionAsync(Uri root, CancellationToken cancellation)
    {
        var url = new Uri(root, $"collections/{Uri.EscapeDataString(options.Collection)}/");
        var reply = await client.GetAsync(url, cancellation).ConfigureAwait(false);
        if (reply.Status != 404)
        {
            return (url, Read(reply, "the collection"));
        }

        var all = await AskAsync(new Uri(root, "collections/"), "the list of collections", cancellation).ConfigureAwait(false);
        var collections = all.TryGetProperty("collections", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().ToList() : [];
        var named = collections.Where(one => Names.Any(key => one.TryGetProperty(key, out var value) && value.ValueEquals(options.Collection))).ToList();
        if (named.Count != 1)
        {
            var there = string.Join(", ", collections.Take(MostNamed).Select(static one => $"{Text(one, "title")} ({Text(one, "id")})"));
            throw new FindingException(named.Count > 1
                ? $"several collections have the name {options.Collection}: give the id of one of {there}"
                : $"there is no collection {options.Collection}{(there.Length == 0 ? "" : $"; the server has {there}")}");
        }

        return (new Uri(root, $"collections/{Uri.EscapeDataString(Text(named[0], "id"))}/"), named[0]);
    }

    private void Check(JsonElement collection)
    {
        if (!IsTrue(collection, "can_write"))
        {
            throw new FindingException($"the collection {options.Collection} cannot be written to (can_write is false): give this user the right, or name another collection");
        }

        var types = Texts(collection, "media_types");
        if (types.Count > 0 && !types.Any(static type => Same(type, StixMediaType) || Same(type, "application/stix+json")))
        {
            throw new FindingException($"the collection {options.Collection} takes no STIX 2.1 (media_types: {string.Join(", ", types)})");
        }
    }

    private async Task<JsonElement> AskAsync(Uri url, string what, CancellationToken cancellation) =>
        Read(await client.GetAsync(url, cancellation).ConfigureAwait(false), what);

    private static JsonElement Read(HttpReply reply, string what)
    {
        if (reply.Status is >= 200 and < 300)
        {
            return reply.IsJsonObject
                ? JsonElement.Parse(reply.Body.Span)
                : throw new FindingException($"what answers for {what} is no TAXII server: {reply.Excerpt()}");
        }

        throw TaxiiVerdict.Judge(reply) == TaxiiOutcome.Retry
            ? new FindingException($"{what}: {reply.Error ?? $"HTTP {reply.Status}: {reply.Excerpt()}"}") { IsPassing = true, RetryAfter = reply.RetryAfter }
            : new FindingException(TaxiiVerdict.HoldReason(reply, what));
    }

    private static bool Same(string mediaType, string other) => string.Equals(mediaType.Replace(" ", "", StringComparison.Ordinal), other, StringComparison.OrdinalIgnoreCase);

    private static bool IsTrue(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static List<string> Texts(JsonElement element, string name) =>
        element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Where(static one => one.ValueKind == JsonValueKind.String).Select(static one => one.GetString()!)]
            : [];

    private sealed class FindingException(string message) : Exception(message)
    {
        public bool IsPassing { get; init; }

        public TimeSpan? RetryAfter { get; init; }
    }
}
