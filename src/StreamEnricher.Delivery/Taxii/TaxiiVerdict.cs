using StreamEnricher.Delivery.Http;

namespace StreamEnricher.Delivery.Taxii;

/// <summary>What the answer to a request means as a whole.</summary>
internal enum TaxiiOutcome
{
    /// <summary>A status resource, which judges object by object.</summary>
    Status,

    /// <summary>The body is too large: halves may not be.</summary>
    TooLarge,

    /// <summary>One of the objects is bad, and the server does not say which: halves find it.</summary>
    Unprocessable,

    /// <summary>The operator has to repair something.</summary>
    Hold,

    /// <summary>Try again later.</summary>
    Retry,
}

/// <summary>Judges answers of TAXII servers, and of what may stand before them.</summary>
internal static class TaxiiVerdict
{
    /// <summary>The answer to a POST.</summary>
    public static TaxiiOutcome Judge(HttpReply reply) => reply.Status switch
    {
        >= 200 and < 300 => reply.IsJsonObject ? TaxiiOutcome.Status : TaxiiOutcome.Retry,
        413 => TaxiiOutcome.TooLarge,
        422 => TaxiiOutcome.Unprocessable,

        // An answer of the server names the request as bad; a page of a proxy says nothing of the objects.
        400 when reply.IsJsonObject => TaxiiOutcome.Unprocessable,
        0 or 408 or 425 or 429 or >= 500 => TaxiiOutcome.Retry,
        _ => TaxiiOutcome.Hold,
    };

    /// <summary>Some or all of the request may have been stored although the answer does not say so.</summary>
    public static bool MayBeStored(HttpReply reply) => reply.Status is 0 or (>= 200 and < 300) or 408 or >= 500;

    /// <summary>One word for metrics.</summary>
    public static string Word(HttpReply reply) => reply.Status switch
    {
        0 => "unreachable",
        429 or 503 => "overload",
        < 300 => "unreadable_reply",
        _ => "server_error",
    };

    /// <summary>Why the sink is held, for the operator.</summary>
    /// <param name="reply">The answer.</param>
    /// <param name="what">What was asked for, such as <c>the collection</c>.</param>
    public static string HoldReason(HttpReply reply, string what) => reply.Status switch
    {
        401 => $"the TAXII server refuses the credentials (401): {reply.Excerpt()}",
        403 => $"the credentials may not use {what} (403): {reply.Excerpt()}",
        404 => $"the TAXII server does not have {what} (404): {reply.Excerpt()}",
        406 or 415 => $"the server does not speak TAXII 2.1 ({reply.Status}): {reply.Excerpt()}",
        >= 300 and < 400 => $"the address redirects ({reply.Status}): write the url that it leads to",
        _ => $"HTTP {reply.Status} for {what}: {reply.Excerpt()}",
    };
}
