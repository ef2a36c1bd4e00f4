namespace StreamEnricher.FaultTests;

/// <summary>What came out of a scenario.</summary>
internal sealed record Finding
{
    /// <summary>The scenario.</summary>
    public string Name { get; init; } = "";

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>What was measured, in order.</summary>
    public required IReadOnlyList<(string What, string Value)> Facts { get; init; }

    /// <summary>What must not be; empty when it passed.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
