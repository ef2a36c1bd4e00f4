using System.Text.Json;

namespace StreamEnricher.Delivery.Taxii;

/// <summary>A status resource of TAXII 2.1, what of it counts. Lists may be missing although counts are there.</summary>
/// <param name="Id">Where to ask again; empty when the server gives none.</param>
/// <param name="IsPending">The server is not done.</param>
/// <param name="FailureCount">How many objects failed.</param>
/// <param name="Successes">Objects that are stored; may be empty although some are.</param>
/// <param name="Failures">Objects that failed, with the server's words.</param>
internal sealed record TaxiiStatus(string Id, bool IsPending, int FailureCount, IReadOnlyList<TaxiiObjectStatus> Successes, IReadOnlyList<TaxiiObjectStatus> Failures)
{
    /// <summary>Reads an answer; null when it is no status resource.</summary>
    public static TaxiiStatus? TryRead(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "status") is not { } status)
            {
                return null;
            }

            var failures = List(root, "failures");
            return new TaxiiStatus(Text(root, "id") ?? "", status == "pending", Math.Max(Number(root, "failure_count"), failures.Count), List(root, "successes"), failures);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<TaxiiObjectStatus> List(JsonElement root, string name) =>
        root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(Entry).OfType<TaxiiObjectStatus>()]
            : [];

    /// <summary>Entries are objects; early TAXII 2 servers list bare ids.</summary>
    private static TaxiiObjectStatus? Entry(JsonElement entry) => entry.ValueKind switch
    {
        JsonValueKind.String => new TaxiiObjectStatus(entry.GetString()!, null, ""),
        JsonValueKind.Object when Text(entry, "id") is { } id => new TaxiiObjectStatus(id, Text(entry, "version"), Text(entry, "message") ?? ""),
        _ => null,
    };

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : 0;
}

/// <summary>What became of one object.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version; null when the server does not say.</param>
/// <param name="Message">The server's words; empty for none.</param>
internal sealed record TaxiiObjectStatus(string Id, string? Version, string Message)
{
    /// <summary>The server says that it has the object: delivered, whatever list it stands in.</summary>
    public bool SaysAlreadyThere =>
        Message.Contains("already", StringComparison.OrdinalIgnoreCase) || Message.Contains("duplicate", StringComparison.OrdinalIgnoreCase)
        || Message.Contains("exists", StringComparison.OrdinalIgnoreCase);
}
