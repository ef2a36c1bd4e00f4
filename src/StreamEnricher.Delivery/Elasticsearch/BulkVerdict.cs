using StreamEnricher.Core.Delivery;
using StreamEnricher.Delivery.Http;

namespace StreamEnricher.Delivery.Elasticsearch;

/// <summary>What to do after a bulk request as a whole.</summary>
internal enum BulkOutcome
{
    /// <summary>Look at the items.</summary>
    Items,

    /// <summary>Send it again later.</summary>
    Retry,

    /// <summary>Wait for the operator.</summary>
    Hold,

    /// <summary>Send it in halves; one item alone is too large.</summary>
    TooLarge,

    /// <summary>The server could not read it: send it in halves to find the item; one item alone is refused.</summary>
    Unreadable,
}

/// <summary>Judges the status of a bulk request (DESIGN §7).</summary>
internal static class BulkVerdict
{
    public static BulkOutcome Judge(HttpReply reply) => reply.Status switch
    {
        0 or 408 or 429 or >= 500 => BulkOutcome.Retry,
        >= 200 and < 300 => BulkOutcome.Items,
        413 => BulkOutcome.TooLarge,
        400 when reply.IsJsonObject => BulkOutcome.Unreadable,
        _ => BulkOutcome.Hold,
    };

    /// <summary>Why a sink is held, in words that name the way out.</summary>
    public static string HoldReason(HttpReply reply) => reply.Status switch
    {
        401 => "the server refuses the credentials (401): check api_key, or username and password",
        403 => $"the credentials may not write there (403): grant create_doc and auto_configure on the data stream; {reply.Excerpt()}",
        400 => $"what answers there is not the server (400): check the url, http or https, and what stands between; {reply.Excerpt()}",
        404 => "there is no _bulk at this address (404): check the url",
        >= 300 and < 400 => $"the address redirects ({reply.Status}): give the url that it leads to",
        406 or 415 => $"the server does not take the request's form ({reply.Status}): is this Elasticsearch or OpenSearch, and which compression does it take?",
        _ => $"HTTP {reply.Status}: {reply.Excerpt()}",
    };

    /// <summary>The verdict that a whole request's outcome is to a single item in it.</summary>
    public static (Verdict Verdict, string Reason) OfSingle(BulkOutcome outcome) => outcome == BulkOutcome.TooLarge
        ? (Verdict.Rejected, DeadLetterReason.TooLarge)
        : (Verdict.Rejected, DeadLetterReason.MappingRejected);
}
