namespace StreamEnricher.Cli.Hosting;

/// <summary>Answer of the health calls.</summary>
/// <param name="Status">live, ready or not ready.</param>
/// <param name="Reasons">Why it is not ready, and what will go wrong unless somebody acts.</param>
internal sealed record HealthReport(string Status, IReadOnlyList<string> Reasons);
