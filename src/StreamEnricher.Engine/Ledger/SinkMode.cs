namespace StreamEnricher.Engine.Ledger;

/// <summary>How a sink is served.</summary>
internal enum SinkMode
{
    /// <summary>By the main flow.</summary>
    Attached,

    /// <summary>By nobody: what was being delivered when it was detached comes to an end, be it hours later.</summary>
    Leaving,

    /// <summary>By its own reader.</summary>
    Detached,

    /// <summary>By the main flow again, and by its own reader up to where the main flow has taken over.</summary>
    Joining,
}
