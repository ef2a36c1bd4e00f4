using System.Text.Json;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.Delivery.Sentinel;

/// <summary>What the answer to an upload means as a whole.</summary>
internal enum UploadOutcome
{
    /// <summary>Taken, but for the objects that the answer names.</summary>
    Taken,

    /// <summary>Too large, or bad as a whole: halves may not be.</summary>
    Bad,

    /// <summary>The operator has to repair something.</summary>
    Hold,

    /// <summary>Try again later.</summary>
    Retry,
}

/// <summary>Answers of Sentinel's upload API (articles/sentinel/stix-objects-api of the Azure documentation).</summary>
internal static class UploadReply
{
    /// <summary>The answer as a whole.</summary>
    public static UploadOutcome Judge(HttpReply reply) => reply.Status switch
    {
        200 or 202 => reply.Body.IsEmpty || reply.IsJsonObject ? UploadOutcome.Taken : UploadOutcome.Retry,
        413 => UploadOutcome.Bad,
        400 when reply.IsJsonObject => UploadOutcome.Bad,
        0 or 408 or 429 or >= 500 => UploadOutcome.Retry,
        _ => UploadOutcome.Hold,
    };

    /// <summary>Why the sink is held.</summary>
    public static string HoldReason(HttpReply reply) => reply.Status switch
    {
        401 => $"Sentinel refuses the token (401): {reply.Excerpt()}",
        403 => $"the application may not write to the workspace (403): give it the role Microsoft Sentinel Contributor; {reply.Excerpt()}",
        404 => $"Sentinel does not know the workspace (404): {reply.Excerpt()}",
        >= 300 and < 400 => $"the address redirects ({reply.Status}): write the endpoint that it leads to",
        _ => $"HTTP {reply.Status}: {reply.Excerpt()}",
    };

    /// <summary>The objects that were not taken: place in the request, and why.</summary>
    public static IReadOnlyDictionary<int, string> Errors(HttpReply reply)
    {
        var errors = new Dictionary<int, string>();
        if (reply.Body.IsEmpty)
        {
            return errors;
        }

        using var document = JsonDocument.Parse(reply.Body);
        if (!document.RootElement.TryGetProperty("errors", out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return errors;
        }

        foreach (var error in list.EnumerateArray())
        {
            if (error.ValueKind == JsonValueKind.Object && error.TryGetProperty("recordIndex", out var place) && place.ValueKind == JsonValueKind.Number && place.TryGetInt32(out var index))
            {
                errors[index] = error.TryGetProperty("errorMessages", out var messages) && messages.ValueKind == JsonValueKind.Array
                    ? string.Join("; ", messages.EnumerateArray().Select(static message => message.ToString()))
                    : "";
            }
        }

        return errors;
    }
}
