namespace StreamEnricher.Core.Intelligence;

/// <summary>A record of a sink's state; the last one of a key counts.</summary>
/// <param name="Key">Names it; never empty.</param>
/// <param name="Value">What it says; null to remove it.</param>
public sealed record AggregateRecord(byte[] Key, byte[]? Value);
