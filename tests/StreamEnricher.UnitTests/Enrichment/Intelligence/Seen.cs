namespace StreamEnricher.UnitTests.Enrichment.Intelligence;

/// <summary>An event that names an address.</summary>
/// <param name="Time">Event time, milliseconds since 1970-01-01 UTC.</param>
/// <param name="Value">The address.</param>
internal sealed record Seen(long Time, string Value)
{
    public int Severity { get; init; } = 50;

    public int Confidence { get; init; } = 80;

    /// <summary>Techniques by their place in the release of the rig.</summary>
    public IReadOnlyList<int> Techniques { get; init; } = [];

    /// <summary>Kafka timestamp; null for the event's time.</summary>
    public long? Timestamp { get; init; }
}
