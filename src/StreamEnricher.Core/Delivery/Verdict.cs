namespace StreamEnricher.Core.Delivery;

/// <summary>What a sink's reply means for one item, or for a whole request.</summary>
public enum Verdict
{
    /// <summary>Stored.</summary>
    Delivered,

    /// <summary>Was stored before (409 on create, "already there").</summary>
    Duplicate,

    /// <summary>Try again later: overload, server error, no answer.</summary>
    Retry,

    /// <summary>The sink will never take it: dead letter.</summary>
    Rejected,

    /// <summary>Something the operator must repair (credentials, missing template): keep it, say so, try again.</summary>
    Hold,
}
